import type { FeatureLookup, RuntimeConfig } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../runtime/src/serve';
import { ROWS as CELLS, namedRows } from '../pipelines/support/features';
import { FIRST, model, pipeline, SECOND, sequence } from '../pipelines/support/steps';
import { get, post } from '../runtime/support/http-client';
import { serve, startRole } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { lookup } from './support/lookups';
import { problemsFrom } from './support/problems-from';
import { StoreServer } from './support/store-server';

const KEY = 'patient_id';
const JOINED = ['mean radius', 'mean texture', 'worst area'];
const MODELS = ['breast-cancer/1', 'breast-cancer/2'];
const WHOLE = namedRows(CELLS.slice(0, 3));
const REFERRAL = {
  kind: 'binary' as const,
  output: 'probabilities',
  classes: ['malignant', 'benign'],
  positive: 'malignant',
  threshold: 0.25,
  decision: null,
};

/** What callers send: whom the row is about, and what the store does not have. */
const keyed = WHOLE.map((row, i) => ({
  [KEY]: i,
  ...Object.fromEntries(Object.entries(row).filter(([name]) => !JOINED.includes(name))),
}));

let store: StoreServer;
let role: ServeRole | undefined;
beforeEach(async () => {
  store = await StoreServer.start();
  store.answer = ({ body }) => ({
    body: { rows: body.keys.map((key: Record<string, number>) => ({ features: WHOLE[key[KEY]!] })) },
  });
});
afterEach(async () => {
  await role?.stop();
  role = undefined;
  await store.stop();
});

function config(change: Partial<FeatureLookup> = {}): RuntimeConfig {
  const features = JOINED.map((field) => ({ feature: field, field, default: null }));
  const keys = [{ field: KEY, key: KEY, type: 'integer' as const }];
  const root = sequence('both', [model('first', FIRST), model('second', SECOND)], {
    probabilities: 'second.probabilities',
    first: 'first.probabilities',
  });
  return testConfig(MODELS, {
    pipelines: [pipeline(root, { prediction: REFERRAL as never })],
    features: [lookup(store.url, { model: 'risk', keys, features, ...change })],
    contracts: ['kserve-v1'],
  });
}

const send = (path: string, body: object) => post(role!.ports.inference, path, body);
const predict = (rows: unknown, name = 'risk') => send(`/v2/models/${name}/predict`, { rows });

test('rows for a pipeline are joined once, and answered as whole rows are', async () => {
  role = await serve(config());
  const joined = await predict(keyed);
  expect(joined.status).toBe(200);
  expect(joined.json).toEqual((await predict(WHOLE.map((row, i) => ({ ...row, [KEY]: i })))).json);
  expect(store.calls.map(({ body }) => body.keys)).toEqual([[0, 1, 2].map((i) => ({ [KEY]: i }))]);
  const { json } = await get(role.ports.inference, '/v2/models/risk');
  expect(json.joined).toMatchObject([{ keys: [{ name: KEY }], fields: JOINED }]);
});

test('its models take whole rows still; what is left out is refused, not made up', async () => {
  role = await serve(config());
  const { status, json } = await predict(keyed, 'breast-cancer');
  expect([status, json.code]).toEqual([422, 'INPUT_INVALID']);
  expect((await predict(WHOLE, 'breast-cancer')).status).toBe(200);
  expect(store.calls).toEqual([]);
});

test.each([
  ['tensors', 422, '/v2/models/risk/infer', () => tensor(30)],
  ['rows by place', 400, '/v1/models/risk:predict', () => ({ instances: CELLS.slice(0, 2) })],
])('onGiven reject: %s bring what the store alone may give', async (_, refused, path, body) => {
  role = await serve(config({ onGiven: 'reject' }));
  const { status, json } = await send(path, body());
  expect(status).toBe(refused);
  expect(JSON.stringify(json)).toContain('mean radius, mean texture, worst area');
  expect((await predict(keyed)).status).toBe(200);
});

test('onGiven keep: tensors are taken as they come, and never in part', async () => {
  role = await serve(config());
  expect((await send('/v2/models/risk/infer', tensor(30))).status).toBe(200);
  const { status, json } = await send('/v2/models/risk/infer', tensor(27));
  expect([status, json.problems[0].code]).toEqual([422, 'INPUT_SHAPE']);
  expect(store.calls).toEqual([]);
});

test('a lookup that does not fit the pipeline keeps it from becoming ready', async () => {
  const features = [{ feature: 'r', field: 'mean radios', default: null }];
  role = await startRole(config({ features }));
  const problems = await problemsFrom(role.load());
  expect(problems).toMatchObject([{ code: 'FEATURES_FIELD_UNKNOWN', remedy: 'Did you mean "mean radius"?' }]);
});

const tensor = (columns: number) => ({
  inputs: [
    {
      name: 'features',
      datatype: 'FP32',
      shape: [1, columns],
      data: CELLS[0]!.slice(0, columns),
    },
  ],
});
