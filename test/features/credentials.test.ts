import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { until } from '../runtime/support/wait';
import { TemporaryFiles } from '../security/support/temporary-files';
import { lookup, row, rowsFor } from './support/lookups';
import { problemsFrom } from './support/problems-from';
import { StoreServer } from './support/store-server';

const files = new TemporaryFiles();
let store: StoreServer;
beforeAll(async () => {
  store = await StoreServer.start();
  store.answer = ({ headers, body }) =>
    headers['authorization']?.startsWith('Bearer key-') ? { body: rowsFor(body) } : { status: 401, body: {} };
});
afterAll(async () => {
  await store.stop();
  files.remove();
});

const config = (credentials: { file: string } | { env: string }) =>
  testConfig(['diabetes-fields/1'], { features: [lookup(store.url, { credentials })] });

test('a key in a file is sent, and the next one as soon as the file changes', async () => {
  const file = files.write('rotated', 'key-1\n');
  const role = await serve(config({ file }));
  const predict = () => post(role.ports.inference, '/v2/models/diabetes-fields/predict', { rows: [row(1)] });
  expect((await predict()).status).toBe(200);
  expect(store.calls.at(-1)!.headers['authorization']).toBe('Bearer key-1');
  files.write('rotated', 'key-2');
  await until(async () => {
    expect((await predict()).status).toBe(200);
    return store.calls.at(-1)!.headers['authorization'] === 'Bearer key-2';
  });
  // What cannot be used is not: the last good key stays.
  files.write('rotated', '');
  expect((await predict()).status).toBe(200);
  const shown = await get(role.ports.management, '/config');
  expect(shown.text).not.toContain('key-2');
  await role.stop();
});

test('a key the store refuses makes it unavailable', async () => {
  const role = await serve(config({ env: 'KEY' }), { KEY: 'wrong-key-text' });
  const { status, json, text } = await post(role.ports.inference, '/v2/models/diabetes-fields/predict', {
    rows: [row(1)],
  });
  expect([status, json.code]).toEqual([503, 'FEATURES_UNAVAILABLE']);
  expect(text).not.toContain('wrong-key-text');
  await role.stop();
});

test.each([
  ['a file that is not there', { file: '/nonexistent/key' }, 'FEATURES_CREDENTIALS_UNREADABLE'],
  ['a variable that is not set', { env: 'NOT_SET_ANYWHERE' }, 'FEATURES_CREDENTIALS_UNREADABLE'],
  ['nothing', { env: 'EMPTY' }, 'FEATURES_CREDENTIALS_INVALID'],
  ['two lines', { env: 'LINES' }, 'FEATURES_CREDENTIALS_INVALID'],
])('%s ends the start, and the text is not told', async (_, credentials, code) => {
  const environment = { EMPTY: ' ', LINES: 'planted-1\nplanted-2' };
  const problems = await problemsFrom(serve(config(credentials), environment));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(JSON.stringify(problems)).not.toContain('planted');
});
