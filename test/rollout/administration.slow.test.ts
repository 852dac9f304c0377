import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeConfig } from '../../runtime/src/contract';
import { call, get } from '../runtime/support/http-client';
import { testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';
import { candidates, stable } from './support/candidates';
import { rollout } from './support/gates';

jest.setTimeout(120_000);

const KEY = 'a-key-of-ada';
const steps = [{ percent: 0, shadowPercent: 0, holdMs: 600_000 }];

afterEach(endProcesses);
afterAll(removeTemporaryDirectories);

type AdminKeys = NonNullable<RuntimeConfig['rollouts']>['adminKeys'];

/** @param place where the keys are said to be, of the file that holds them. */
async function start(place: (file: string) => AdminKeys = (file) => ({ file })) {
  const directory = temporaryDirectory();
  process.env['INFERSTACK_CACHE'] = directory;
  const file = path.join(directory, 'keys');
  writeFileSync(file, `ada:${createHash('sha256').update(KEY).digest('hex')}\n`);
  const rollouts = { adminKeys: place(file), rollouts: [rollout({ steps })] };
  const config = testConfig([], { rollouts, logging: { level: 'info' } });
  const models = [stable(), candidates.good()];
  const restart = () => open({ ...config, models });
  const opened = await restart();
  await until(async () => (await get(opened.management, '/rollouts')).json.rollouts[0].phase === 'running');
  return { ...opened, directory, restart };
}

async function open(config: RuntimeConfig) {
  const runtime = new RuntimeProcess(config);
  const { inference, management } = await runtime.ready();
  const act = (action: string, headers = {}, body?: unknown) =>
    call(management, 'POST', `/rollouts/${action}`, { headers, ...(body !== undefined && { body }) });
  const version = async () => {
    const body = { rows: [{ width: 0.2, height: 0.1 }] };
    return (await call(inference, 'POST', '/v2/models/echo/predict', { body })).json.model_version as string;
  };
  return { runtime, management, act, version };
}

test('promote and roll back by hand, with a key, and on record', async () => {
  const { runtime, management, act, version } = await start();
  const key = { 'x-api-key': KEY };
  expect(await version()).toBe('1');
  const promoted = await act('echo/promote', key, { reason: 'looks good' });
  expect(promoted).toMatchObject({
    status: 200,
    json: { phase: 'promoted', percent: 100, verdict: 'promote' },
  });
  expect(await version()).toBe('2');
  expect(await act('echo/rollback', key, { reason: 'complaints' })).toMatchObject({ status: 200 });
  expect(await version()).toBe('1');
  expect(await act('echo/promote', key)).toMatchObject({ status: 409, json: { code: 'ROLLOUT_ENDED' } });
  const { text } = await get(management, '/metrics');
  expect(text).toContain('inferstack_rollout_phase{model="echo",phase="rolled_back"} 1');
  const audit = () => runtime.log.filter(({ event }) => event === 'audit');
  await until(() => audit().length === 3);
  expect(audit().map(({ actor, action, reason }) => [actor, action, reason])).toEqual([
    ['ada', 'rollout.promote', 'looks good'],
    ['ada', 'rollout.rollback', 'complaints'],
    ['ada', 'rollout.promote', 'none given'],
  ]);
});

test('a promoted candidate stays so when the process starts again', async () => {
  const { runtime, act, restart } = await start();
  expect(await act('echo/promote', { 'x-api-key': KEY })).toMatchObject({ status: 200 });
  runtime.kill('SIGTERM');
  await runtime.exit;
  const again = await restart();
  expect(await again.version()).toBe('2');
  expect(await again.act('echo/rollback', { 'x-api-key': KEY })).toMatchObject({ status: 200 });
  expect(await again.version()).toBe('1');
});

test('a disk that takes no notes keeps nobody from rolling back', async () => {
  const { act, version, directory } = await start();
  // A file where the notes would go.
  writeFileSync(path.join(directory, 'rollouts'), '');
  expect(await act('echo/promote', { 'x-api-key': KEY })).toMatchObject({ status: 200 });
  expect(await act('echo/rollback', { 'x-api-key': KEY })).toMatchObject({ status: 200 });
  expect(await version()).toBe('1');
});

test('nobody acts without a key, on what is not there, or with a reason that is none', async () => {
  const { act, version } = await start();
  const key = { 'x-api-key': KEY };
  expect(await act('echo/promote')).toMatchObject({ status: 401, json: { code: 'REQUEST_UNAUTHENTICATED' } });
  expect(await act('echo/promote', { 'x-api-key': 'guess' })).toMatchObject({ status: 401 });
  expect(await act('other/promote', key)).toMatchObject({ status: 404, json: { code: 'MODEL_NOT_FOUND' } });
  expect(await act('echo/promote', key, { reason: 7 })).toMatchObject({ status: 400 });
  expect(await act('echo/promote', key, null)).toMatchObject({
    status: 400,
    json: { code: 'REQUEST_INVALID' },
  });
  expect(await act('%zz/promote', key)).toMatchObject({ status: 400, json: { code: 'REQUEST_INVALID' } });
  expect(await act('echo/explode', key)).toMatchObject({ status: 405 });
  expect(await version()).toBe('1');
});

test('keys in an environment variable are as good as in a file', async () => {
  const text = `# of this run\nada:${createHash('sha256').update(KEY).digest('hex')}`;
  process.env['INFERSTACK_TEST_ADMIN_KEYS'] = text;
  const { act, version } = await start(() => ({ env: 'INFERSTACK_TEST_ADMIN_KEYS' }));
  delete process.env['INFERSTACK_TEST_ADMIN_KEYS'];
  expect(await act('echo/promote', { 'x-api-key': 'guess' })).toMatchObject({ status: 401 });
  expect(await act('echo/promote', { 'x-api-key': KEY })).toMatchObject({ status: 200 });
  expect(await version()).toBe('2');
});

test('keys that are not there keep the process from starting', async () => {
  const models = [stable(), candidates.good()];
  const rollouts = { adminKeys: { env: 'INFERSTACK_NOT_SET' }, rollouts: [rollout({ steps })] };
  const runtime = new RuntimeProcess({ ...testConfig([], { rollouts, logging: { level: 'info' } }), models });
  expect(await runtime.exit).not.toBe(0);
  expect(JSON.stringify(runtime.log)).toContain('AUTH_KEYS_UNREADABLE');
});

test('without keys nobody acts at all', async () => {
  const { act } = await start(() => null);
  const reply = await act('echo/rollback', { 'x-api-key': KEY });
  expect(reply).toMatchObject({ status: 403, json: { code: 'ROLLOUT_CONTROL_OFF' } });
});
