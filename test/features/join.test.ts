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
  role = await serve(
    testConfig(['diabetes-fields/1'], { features: [lookup(store.url, change)], contracts: ['kserve-v1'] }),
  );
}

const predict = (rows: unknown) =>
  post(role!.ports.inference, '/v2/models/diabetes-fields/predict', { rows });
const metrics = async () => (await get(role!.ports.management, '/metrics')).text;
const CACHE = { ttlMs: 60_000, maxEntries: 100, maxBytes: 1_000_000 };

describe('joining', () => {
  test('keys in, the same prediction out as for the whole row; one request for all rows', async () => {
    await start();
    const joined = await predict([row(1), row(2), row(1)]);
    const whole = await predict([1, 2, 1].map((patient) => ({ ...wholeRow(patient), patient_id: patient })));
    expect(joined.status).toBe(200);
    expect(joined.json).toEqual(whole.json);
    expect(joined.json.predictions[0]).not.toHaveProperty('flags');
    expect(store.calls.map(({ body }) => body)).toEqual([
      { keys: [{ patient: 1 }, { patient: 2 }], features: ['bmi', 'bp', 's1'] },
    ]);
  });

  test('connections stay open between requests', async () => {
    await start();
    for (const patient of [1, 2, 3]) expect((await predict([row(patient)])).status).toBe(200);
    expect(store.calls).toHaveLength(3);
    expect(store.connections).toBe(1);
  });

  test('a connection that the store has closed is replaced within the request', async () => {
    await start();
    expect((await predict([row(1)])).status).toBe(200);
    let cut = false;
    store.answer = ({ body }) => {
      if (cut) return { body: rowsFor(body) };
      cut = true;
      store.cut();
      return undefined;
    };
    expect((await predict([row(2)])).status).toBe(200);
    expect(store.calls).toHaveLength(3);
  });

  test('a value the caller sends stays, and a row that brings them all is not looked up', async () => {
    await start();
    const { json } = await predict([row(1, { bmi: 40 })]);
    const whole = await predict([{ ...wholeRow(1, { bmi: 40 }), patient_id: 1 }]);
    expect(json).toEqual(whole.json);
    expect(store.calls).toHaveLength(1);
  });

  test('onGiven reject: such a value is refused, and null counts as left out', async () => {
    await start({ onGiven: 'reject' });
    const { status, json } = await predict([row(1), row(2, { bp: 100 })]);
    expect(status).toBe(422);
    expect(json.problems).toMatchObject([{ code: 'INPUT_FEATURE_GIVEN', at: 'rows[1].bp' }]);
    expect((await predict([row(1, { bp: null })])).status).toBe(200);
    expect(store.calls).toHaveLength(1);
  });

  test.each([
    ['missing', undefined, 'INPUT_MISSING'],
    ['null', null, 'INPUT_MISSING'],
    ['a text', '1', 'INPUT_VALUE_TYPE'],
    ['a fraction', 1.5, 'INPUT_VALUE_TYPE'],
    ['a list', [1], 'INPUT_VALUE_TYPE'],
  ])('a key that is %s is refused before the store is asked', async (_, key, code) => {
    await start();
    const { status, json } = await predict([row(1), row(key)]);
    expect(status).toBe(422);
    expect(json.code).toBe('INPUT_INVALID');
    expect(json.problems).toMatchObject([{ code, at: 'rows[1].patient_id' }]);
    expect(store.calls).toEqual([]);
  });

  test('text keys are neither empty nor endless', async () => {
    await start({ keys: [{ field: 'patient_id', key: 'patient', type: 'string' }] });
    const { json } = await predict([row(''), row('x'.repeat(513))]);
    expect(json.problems.map(({ code }: { code: string }) => code)).toEqual([
      'INPUT_VALUE_TYPE',
      'INPUT_LENGTH',
    ]);
  });

  test('rows of another form are told as ever', async () => {
    await start();
    expect((await predict([7])).json.problems[0].code).toBe('INPUT_VALUE_TYPE');
    expect((await predict([])).status).toBeGreaterThanOrEqual(400);
    expect((await predict([row(1, { nonsense: 1 })])).json.problems[0].code).toBe('INPUT_UNKNOWN');
  });

  test('routes of other servers join as well', async () => {
    await start();
    const { status, json } = await post(role!.ports.inference, '/v1/models/diabetes-fields:predict', {
      instances: [row(1)],
    });
    expect(status).toBe(200);
    // KServe V1 answers with the outputs as they are.
    const [{ value }] = (await predict([row(1)])).json.predictions;
    expect(json.predictions).toEqual([[value]]);
  });
});

describe('cache', () => {
  test('an entity is asked for once; the counter tells hits from misses', async () => {
    await start({ cache: CACHE });
    const first = await predict([row(1)]);
    const second = await predict([row(1), row(2)]);
    expect(second.json.predictions[0]).toEqual(first.json.predictions[0]);
    expect(store.calls.map(({ body }) => body.keys)).toEqual([[{ patient: 1 }], [{ patient: 2 }]]);
    const text = await metrics();
    expect(text).toContain('inferstack_feature_rows_total{source="measurements",outcome="hit"} 1');
    expect(text).toContain('inferstack_feature_rows_total{source="measurements",outcome="miss"} 2');
    expect(text).toContain('inferstack_feature_rows_total{source="measurements",outcome="timeout"} 0');
    expect(text).toMatch(
      /inferstack_feature_lookup_duration_seconds_count\{source="measurements",outcome="ok"\} 2/,
    );
    expect(text).toMatch(/inferstack_feature_cache_bytes\{source="measurements"\} [1-9]/);
  });

  test('requests at the same time share one lookup', async () => {
    await start({ cache: CACHE });
    let release: (value: unknown) => void = () => undefined;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    let arrived: (value: unknown) => void = () => undefined;
    const asked = new Promise((resolve) => {
      arrived = resolve;
    });
    store.answer = async ({ body }) => {
      arrived(undefined);
      await held;
      return { body: rowsFor(body) };
    };
    const first = predict([row(1)]);
    await asked;
    const others = [predict([row(1)]), predict([row(1), row(2)])];
    while (store.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    release(undefined);
    for (const { status } of await Promise.all([first, ...others])) expect(status).toBe(200);
    expect(store.calls.map(({ body }) => body.keys)).toEqual([[{ patient: 1 }], [{ patient: 2 }]]);
  });

  test('an unknown entity is asked for again', async () => {
    await start({ cache: CACHE, onMissing: 'default' });
    await predict([row(99)]);
    await predict([row(99)]);
    expect(store.calls).toHaveLength(2);
  });
});

describe('what is told of the model', () => {
  test('OpenAPI: keys are demanded, joined fields are not; flags are described', async () => {
    await start();
    const { json } = await get(role!.ports.inference, '/v2/models/diabetes-fields/openapi.json');
    const schema = json.components.schemas['diabetes-fields_1_Row'];
    expect(schema.required).toEqual(['patient_id', 'age', 'sex']);
    expect(schema.properties.patient_id.type).toBe('integer');
    expect(schema.properties).toHaveProperty('bmi');
    expect(JSON.stringify(json.components.schemas)).toContain('"keep"');
  });

  test('OpenAPI: what is refused is not offered', async () => {
    await start({ onGiven: 'reject' });
    const { json } = await get(role!.ports.inference, '/v2/models/diabetes-fields/openapi.json');
    expect(Object.keys(json.components.schemas['diabetes-fields_1_Row'].properties)).not.toContain('bmi');
  });

  test('metadata names keys and fields, and neither store nor credentials', async () => {
    await start();
    const { json, text } = await get(role!.ports.inference, '/v2/models/diabetes-fields');
    expect(json.joined).toEqual([
      {
        name: 'measurements',
        keys: [{ name: 'patient_id', type: 'integer' }],
        fields: ['bmi', 'bp', 's1'],
        onGiven: 'keep',
      },
    ]);
    expect(text).not.toContain(store.url);
  });
});
