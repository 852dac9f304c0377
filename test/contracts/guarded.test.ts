import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServeRole } from '../../runtime/src/serve';
import { get, post } from '../runtime/support/http-client';
import { serve, startRole } from '../runtime/support/in-process';
import { sampleRow, testConfig } from '../runtime/support/packages';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/package-builder';

const KEY = 'a key of some length for tests';
const CONTRACTS = ['tensorflow-serving', 'torchserve', 'mlflow', 'azureml', 'vertex'] as const;

let role: ServeRole;

beforeAll(async () => {
  const apiKeysFile = path.join(temporaryDirectory(), 'keys');
  writeFileSync(apiKeysFile, `tester:${createHash('sha256').update(KEY).digest('hex')}\n`);
  role = await serve(
    testConfig(['breast-cancer/1'], {
      contracts: [...CONTRACTS],
      auth: { apiKeysFile, jwt: null },
      limits: { maxBodyBytes: 4000, requestTimeoutMs: 30_000, maxInFlight: 64 },
    }),
  );
});

afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const key = { headers: { 'x-api-key': KEY } };
const instances = [sampleRow('breast-cancer/1')];

test.each<[string, object]>([
  ['/v1/models/breast-cancer:predict', { error: expect.any(String) }],
  ['/predictions/breast-cancer', { code: 401, type: 'BadRequestException', message: expect.any(String) }],
  ['/invocations', { error_code: 'UNAUTHENTICATED', message: expect.any(String) }],
  ['/score', { message: expect.any(String) }],
  ['/predict', { error: expect.any(String) }],
])('%s demands a key, in the words of its contract', async (route, body) => {
  const reply = await post(role.ports.inference, route, { instances });
  expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  expect(reply.json).toEqual(body);
});

test('probes are open, what tells of models is not', async () => {
  const { inference } = role.ports;
  for (const route of ['/ping', '/', '/ready', '/health', '/v1/models/breast-cancer']) {
    expect([route, (await get(inference, route)).status]).toEqual([route, 200]);
  }
  for (const route of ['/models', '/version', '/v1/models/breast-cancer/metadata']) {
    expect([route, (await get(inference, route)).status]).toEqual([route, 401]);
  }
});

test('predictions are counted by the route of the contract', async () => {
  const metrics = async () => (await get(role.ports.management, '/metrics')).text;
  const series = (route: string, code: number) =>
    `inferstack_requests_total{model="breast-cancer",version="1",route="${route}",code="${code}"}`;
  for (const route of [
    'tensorflow_predict',
    'torchserve_predictions',
    'mlflow_invocations',
    'azureml_score',
  ]) {
    expect(await metrics()).toContain(`${series(route, 200)} 0`);
  }
  const reply = await post(role.ports.inference, '/predict', { instances }, key);
  const { decision, label } = reply.json.predictions[0];
  expect([typeof label, ['refer', 'clear'].includes(decision)]).toEqual(['string', true]);
  await post(role.ports.inference, '/predict', { instances: [{}] }, key);
  const after = await metrics();
  expect(after).toContain(`${series('vertex_predict', 200)} 1`);
  expect(after).toContain(`${series('vertex_predict', 400)} 1`);
  expect(after).toContain('reason="INPUT_MISSING"');
  expect(after).not.toContain('route="ready"');
});

test('a body that is too large is refused in the words of the contract', async () => {
  const body = { dataframe_records: Array(50).fill(instances[0]) };
  const reply = await post(role.ports.inference, '/invocations', body, key);
  expect(reply.status).toBe(413);
  expect(reply.json).toEqual({ error_code: 'BAD_REQUEST', message: 'The body exceeds 4000 bytes.' });
});

test('replicas that are not ready say so', async () => {
  const loading = await startRole(testConfig(['diabetes/1'], { contracts: [...CONTRACTS] }));
  const { inference } = loading.ports;
  expect((await get(inference, '/')).text).toBe('Healthy');
  expect((await get(inference, '/ready')).status).toBe(503);
  const ping = await get(inference, '/ping');
  expect([ping.status, ping.json.type]).toEqual([503, 'ServiceUnavailableException']);
  const status = await get(inference, '/v1/models/diabetes');
  expect(status.json.model_version_status[0].state).toBe('LOADING');
  const early = await post(inference, '/score', { data: [sampleRow('diabetes/1')] });
  expect([early.status, Object.keys(early.json)]).toEqual([503, ['message']]);
  await loading.stop();
});
