import fc from 'fast-check';
import type { ServeRole } from '../../runtime/src/serve';
import { callRaw } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { sampleRow, testConfig } from '../runtime/support/packages';
import { removeTemporaryDirectories } from '../support/package-builder';
import { tagSignalSensor } from './support/models';

const RUNS = { numRuns: 60 };

let tabular: ServeRole;
let tensors: ServeRole;

beforeAll(async () => {
  const contracts = ['vertex', 'tensorflow-serving', 'mlflow', 'azureml', 'torchserve'] as const;
  tabular = await serve(testConfig(['diabetes/1'], { contracts: [...contracts] }));
  tensors = await serve(testConfig([tagSignalSensor()], { contracts: ['kserve-v1', 'sagemaker'] }));
});

afterAll(async () => {
  await tabular.stop();
  await tensors.stop();
  removeTemporaryDirectories();
});

const row = sampleRow('diabetes/1');
const names = [...Object.keys(row), 'tag', 'signal', 'sensor', 'serum', 'b64', '__proto__', 'constructor'];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -0, 1e300, 2 ** 60, '', '1', 'NaN', { b64: 'YQ==' }, { b64: '_' }),
  fc.double(),
);
const value = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('fields')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  fields: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 3 }),
})).value;
const KEYS = ['instances', 'inputs', 'dataframe_split', 'dataframe_records', 'input_data', 'data', 'columns'];
const body = fc.oneof(
  value,
  fc.dictionary(fc.constantFrom(...KEYS), value, { minKeys: 1, maxKeys: 2 }),
  fc.record({ dataframe_split: fc.record({ columns: fc.array(fc.constantFrom(...names)), data: value }) }),
);

/** Answers and refusals are well-formed; nothing is a fault of the server. */
async function answered(role: ServeRole, route: string, content: string, type: string): Promise<void> {
  const reply = await callRaw(role.ports.inference, 'POST', route, Buffer.from(content), {
    'content-type': type,
  });
  expect([200, 400, 404, 415, 406]).toContain(reply.status);
  const text = reply.body.toString('utf8');
  if (reply.status !== 200) expect(Object.keys(JSON.parse(text) as object).length).toBeGreaterThan(0);
}

test.each(['/v1/models/diabetes:predict', '/predict', '/invocations', '/score', '/predictions/diabetes'])(
  '%s refuses whatever it cannot answer',
  async (route) => {
    await fc.assert(
      fc.asyncProperty(body, (json) =>
        answered(tabular, route, JSON.stringify(json) ?? '', 'application/json'),
      ),
      RUNS,
    );
  },
);

test.each(['/v1/models/tag-signal-sensor:predict', '/invocations'])(
  '%s of tensors as well',
  async (route) => {
    await fc.assert(
      fc.asyncProperty(body, (json) =>
        answered(tensors, route, JSON.stringify(json) ?? '', 'application/json'),
      ),
      RUNS,
    );
  },
);

test('CSV of any kind', async () => {
  const text = fc.string({ unit: fc.constantFrom('1', 'a', ',', '"', '\n', '\r', 'age', '.', '-') });
  await fc.assert(
    fc.asyncProperty(text, async (csv) => {
      await answered(tabular, '/invocations', csv, 'text/csv');
      await answered(tensors, '/invocations', csv, 'text/csv');
    }),
    RUNS,
  );
});

test('nesting without end is refused, and takes no stack', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  for (const json of [`{"instances":${deep}}`, `{"inputs":${deep}}`, deep]) {
    await answered(tensors, '/v1/models/tag-signal-sensor:predict', json, 'application/json');
    await answered(tabular, '/invocations', json, 'application/json');
  }
});
