import type { FeatureLookup } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../runtime/src/serve';
import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { lookup, row, rowsFor, wholeRow } from './support/lookups';
import { StoreServer } from './support/store-server';

let store: StoreServer;
let role: ServeRole | undefined;
beforeEach(async () => {
  store = await StoreServer.start();
  store.answer = ({ body }) => ({ body: rowsFor(body) });
});
afterEach(async () => {
  await role?.stop();
  role = undefined;
  await store.stop();
});

async function start(change: Partial<FeatureLookup> = {}): Promise<void> {
  role = await serve(testConfig(['diabetes-fields/1'], { features: [lookup(store.url, change)] }));
}

const predict = (rows: unknown) =>
  post(role!.ports.inference, '/v2/models/diabetes-fields/predict', { rows });
const counted = async (outcome: string) =>
  Number(
    new RegExp(`inferstack_feature_rows_total\\{source="measurements",outcome="${outcome}"\\} (\\d+)`).exec(
      (await get(role!.ports.management, '/metrics')).text,
    )?.[1],
  );
const DEFAULTS = { bmi: 26.3, bp: 94.4, s1: 188.6 };
/** Only what model.yaml lets be missing can be null. */
const ONLY_S1 = [{ feature: 's1', field: 's1', default: 188.6 }];
const flags = (rule: string, policy: string) => ['bmi', 'bp', 's1'].map((field) => ({ field, rule, policy }));

/** The prediction of a row that brings everything. */
async function ofWhole(features: object) {
  const { json } = await predict([{ ...row(1), ...features }]);
  return json.predictions[0];
}

describe('the store knows no such entity', () => {
  test('reject: 422 that names rows and fields, and no key', async () => {
    await start();
    const { status, json, text } = await predict([row(1), row(987_654)]);
    expect(status).toBe(422);
    expect(json.code).toBe('FEATURE_ENTITY_MISSING');
    expect(json.problems[0]).toMatchObject({ code: 'INPUT_FEATURE_MISSING', at: 'rows[1].bmi' });
    expect(json.problems).toHaveLength(3);
    expect(text).not.toContain('987654');
    expect(await counted('missing')).toBe(1);
  });

  test('default: predicted from the defaults, and the row says so', async () => {
    await start({ onMissing: 'default' });
    const { json } = await predict([row(1), row(99)]);
    expect(json.predictions[0]).not.toHaveProperty('flags');
    expect(json.predictions[1]).toEqual({
      ...(await ofWhole(DEFAULTS)),
      flags: flags('feature-missing', 'default'),
    });
    const { text } = await get(role!.ports.management, '/metrics');
    expect(text).toMatch(
      /inferstack_quality_findings_total\{.*field="bmi",rule="feature-missing",policy="default"\} 1/,
    );
  });

  test('null: goes on to the imputation of the model, and the row says so', async () => {
    await start({ onMissing: 'null', features: ONLY_S1 });
    const whole = { bmi: 26.3, bp: 94.4 };
    const { json } = await predict([row(99, whole)]);
    // model.yaml imputes s1 by 186.0.
    expect(json.predictions[0]).toEqual({
      ...(await ofWhole({ ...whole, s1: 186 })),
      flags: [{ field: 's1', rule: 'feature-missing', policy: 'null' }],
    });
  });
});

describe('the value is too old', () => {
  const OLD = '2020-01-01T00:00:00Z';
  beforeEach(() => {
    store.answer = ({ body }) => ({ body: rowsFor(body, OLD) });
  });

  test('reject: 503', async () => {
    await start({ maxAgeSeconds: 3600 });
    const { status, json } = await predict([row(1)]);
    expect([status, json.code]).toEqual([503, 'FEATURES_STALE']);
    expect(await counted('stale')).toBe(1);
  });

  test('keep: used, and the row says so', async () => {
    await start({ maxAgeSeconds: 3600, onStale: 'keep' });
    const { json } = await predict([row(1)]);
    const whole = await predict([{ ...wholeRow(1), patient_id: 1 }]);
    expect(json.predictions[0]).toEqual({
      ...whole.json.predictions[0],
      flags: flags('feature-stale', 'keep'),
    });
  });

  test('default: replaced, and the row says so', async () => {
    await start({ maxAgeSeconds: 3600, onStale: 'default' });
    const { json } = await predict([row(1)]);
    expect(json.predictions[0]).toEqual({
      ...(await ofWhole(DEFAULTS)),
      flags: flags('feature-stale', 'default'),
    });
  });

  test('any age is fine unless a limit is set, and a fresh value is within it', async () => {
    await start();
    expect((await predict([row(1)])).json.predictions[0]).not.toHaveProperty('flags');
    await role!.stop();
    store.answer = ({ body }) => ({ body: rowsFor(body, new Date().toISOString()) });
    await start({ maxAgeSeconds: 3600 });
    expect((await predict([row(1)])).status).toBe(200);
  });

  test('what became too old in the cache is asked for again', async () => {
    await start({
      maxAgeSeconds: 3600,
      onStale: 'keep',
      cache: { ttlMs: 60_000, maxEntries: 9, maxBytes: 100_000 },
    });
    await predict([row(1)]);
    await predict([row(1)]);
    expect(store.calls).toHaveLength(2);
  });
});

describe('the store does not answer as it should', () => {
  test.each([
    ['an error', () => ({ status: 500, body: { detail: 'secret-of-the-store' } })],
    ['another place', () => ({ status: 302, body: '' })],
    ['no JSON', () => ({ body: '<html>' })],
    ['another form', () => ({ body: { rows: {} } })],
    ['too few rows', () => ({ body: { rows: [] } })],
    ['features that are no object', () => ({ body: { rows: [{ features: 3 }] } })],
    ['more than is allowed', () => ({ body: `{"rows":[{"features":{},"x":"${'x'.repeat(9_000_000)}"}]}` })],
  ])('%s: 503, told without a word of the store', async (_, answer) => {
    store.answer = answer;
    await start();
    const { status, json, headers, text } = await predict([row(1)]);
    expect([status, json.code]).toEqual([503, 'FEATURES_UNAVAILABLE']);
    expect(headers['retry-after']).toBe('1');
    expect(text).not.toContain('secret-of-the-store');
    expect(text).not.toContain(store.url);
    expect(await counted('error')).toBe(1);
    // No connection failed: it is not tried again.
    expect(store.calls).toHaveLength(1);
  });

  test('nobody listens: 503, and default with a flag', async () => {
    await start({ onError: 'default' });
    await store.stop();
    const { status, json } = await predict([row(1)]);
    expect(status).toBe(200);
    expect(json.predictions[0].flags).toEqual(flags('feature-unavailable', 'default'));
    store = await StoreServer.start();
  });

  test('too late: default, and the row says so', async () => {
    store.answer = () => undefined;
    await start({ onError: 'default', timeoutMs: 50 });
    const { json } = await predict([row(1)]);
    expect(json.predictions[0]).toEqual({
      ...(await ofWhole(DEFAULTS)),
      flags: flags('feature-unavailable', 'default'),
    });
    expect(await counted('timeout')).toBe(1);
    await store.calls[0]!.left;
  });

  test('a value that breaks a rule of the model is not the fault of the caller, and is not shown', async () => {
    store.answer = () => ({ body: { rows: [{ features: { bmi: 7777, bp: 'high', s1: 157 } }] } });
    await start();
    const { status, json, text } = await predict([row(1)]);
    expect([status, json.code]).toEqual([502, 'FEATURES_INVALID']);
    expect(json.problems.map(({ at }: { at: string }) => at)).toEqual(['rows[0].bmi', 'rows[0].bp']);
    expect(text).not.toContain('7777');
  });

  test('what the caller got wrong is told besides', async () => {
    await start();
    const { status, json } = await predict([row(1, { age: 500 })]);
    expect([status, json.code, json.problems[0].at]).toEqual([422, 'INPUT_INVALID', 'rows[0].age']);
  });
});

test('a caller that leaves ends the lookup', async () => {
  store.answer = () => undefined;
  await start({ timeoutMs: 60_000 });
  const controller = new AbortController();
  const asked = fetch(`http://127.0.0.1:${role!.ports.inference}/v2/models/diabetes-fields/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows: [row(1)] }),
    signal: controller.signal,
  }).catch(() => undefined);
  while (store.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await asked;
  await store.calls[0]!.left;
});

test('a request that is over ends its lookup', async () => {
  store.answer = () => undefined;
  const limits = { maxBodyBytes: 1_000_000, requestTimeoutMs: 200, maxInFlight: 64 };
  role = await serve(
    testConfig(['diabetes-fields/1'], { limits, features: [lookup(store.url, { timeoutMs: 60_000 })] }),
  );
  const { status, json } = await predict([row(1)]);
  expect([status, json.code]).toEqual([504, 'REQUEST_DEADLINE_EXCEEDED']);
  await store.calls[0]!.left;
});
