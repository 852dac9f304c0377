import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { inSample } from '../../runtime/src/telemetry/sampling';
import { GrpcTestClient } from '../grpc/support/grpc-test-client';
import { inferRequest, sampleInputs } from '../grpc/support/infer-request';
import { get, post } from '../runtime/support/http-client';
import { MODELS, sampleRow, testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';

const MODEL = 'breast-cancer/1';
const PREDICT = '/v2/models/breast-cancer/predict';
const row = { ...sampleRow(MODEL), 'mean radius': 17.123456789 };
type Line = Record<string, unknown>;

/** Lines about requests that a runtime wrote while it was used. */
async function linesOf(
  accessLogRatio: number,
  use: (ports: { inference: number; grpc: number }) => Promise<void>,
  auth: RuntimeConfig['auth'] = null,
): Promise<{ requests: Line[]; text: string }> {
  const config = testConfig([MODEL]);
  const runtime = new RuntimeProcess({
    ...config,
    auth,
    listeners: { ...config.listeners, grpc: { host: '127.0.0.1', port: 0 } },
    telemetry: { ...config.telemetry, accessLogRatio },
    logging: { level: 'info' },
  });
  await runtime.ready();
  await use((await runtime.message('listening')) as { inference: number; grpc: number });
  runtime.kill('SIGTERM');
  expect(await runtime.exit).toBe(0);
  const requests = (runtime.log as Line[]).filter(({ event }) => event === 'request');
  return { requests, text: runtime.stdout };
}
afterAll(endProcesses);

const ask = (port: number, id: string, body: unknown = { rows: [row, row] }) =>
  post(port, PREDICT, body, { headers: { 'x-request-id': id, authorization: 'Bearer hidden-key' } });

test('a success is one line with what was asked and how it went, and nothing of what was in it', async () => {
  const { requests, text } = await linesOf(1, async ({ inference, grpc }) => {
    await ask(inference, 'success-1');
    await get(inference, '/v2/health/ready');
    const client = new GrpcTestClient(grpc);
    const pkg = openModelPackage(path.join(MODELS, MODEL));
    const request = inferRequest('breast-cancer', sampleInputs(pkg, 0));
    await client.call('ModelInfer', request, { metadata: { 'x-request-id': 'success-2' } });
    client.close();
  });
  const common = {
    level: 'info',
    endpoint: 'test',
    msg: 'request',
    event: 'request',
    model: 'breast-cancer',
  };
  const times = { time: expect.any(String), ms: expect.any(Number), version: '1', status: 200 };
  expect(requests).toEqual([
    { ...common, ...times, requestId: 'success-1', protocol: 'http', route: 'predict', rows: 2 },
    { ...common, ...times, requestId: 'success-2', protocol: 'grpc', route: 'grpc_infer', rows: 1 },
  ]);
  expect(text).not.toContain('17.1234');
  expect(text).not.toContain('hidden-key');
});

test('who asks is told once it is known', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-keys-'));
  const apiKeysFile = path.join(directory, 'keys');
  writeFileSync(apiKeysFile, `scoring-team:${createHash('sha256').update('hidden-key').digest('hex')}\n`);
  const { requests, text } = await linesOf(
    1,
    async ({ inference }) => {
      await ask(inference, 'known');
      await post(inference, PREDICT, { rows: [row] }, { headers: { 'x-request-id': 'unknown' } });
    },
    { apiKeysFile, jwt: null },
  );
  rmSync(directory, { recursive: true });
  expect(requests).toMatchObject([
    { requestId: 'known', subject: 'scoring-team', status: 200 },
    { requestId: 'unknown', status: 401, code: 'REQUEST_UNAUTHENTICATED' },
  ]);
  expect(requests[1]).not.toHaveProperty('subject');
  expect(text).not.toContain('hidden-key');
});

test('failures are logged whatever the ratio, with their code; successes are not', async () => {
  const { requests, text } = await linesOf(0, async ({ inference }) => {
    await ask(inference, 'fine');
    await ask(inference, 'refused', { rows: [{ ...row, 'mean area': 'sensitive-value' }] });
    await get(inference, '/v2/models/nobody', { headers: { 'x-request-id': 'unknown' } });
  });
  expect(requests).toMatchObject([
    { level: 'info', requestId: 'refused', status: 422, code: 'INPUT_INVALID', route: 'predict' },
    { level: 'info', requestId: 'unknown', status: 404, code: 'MODEL_NOT_FOUND', model: '_unknown' },
  ]);
  expect(text).not.toContain('sensitive-value');
});

test('the share that is logged is decided by the id alone', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `request-${i}`);
  const { requests } = await linesOf(0.3, async ({ inference }) => {
    for (const id of ids) await ask(inference, id);
  });
  const expected = ids.filter((id) => {
    const first = createHash('sha256').update(id).digest('hex').slice(0, 8);
    return Number.parseInt(first, 16) < 0.3 * 2 ** 32;
  });
  expect(requests.map(({ requestId }) => requestId)).toEqual(expected);
  expect(expected.length).toBeGreaterThan(5);
  expect(expected.length).toBeLessThan(40);
});

test('the share comes close to the ratio; a larger share holds the smaller one', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `id-${i}`);
  const kept = (ratio: number) => new Set(ids.filter((id) => inSample(id, ratio)));
  expect(kept(0).size).toBe(0);
  expect(kept(1).size).toBe(ids.length);
  const [few, many] = [kept(0.1), kept(0.5)];
  expect(Math.abs(few.size / ids.length - 0.1)).toBeLessThan(0.01);
  expect(Math.abs(many.size / ids.length - 0.5)).toBeLessThan(0.015);
  expect([...few].every((id) => many.has(id))).toBe(true);
});
