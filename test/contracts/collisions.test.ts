import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { contractProblems } from '../../runtime/src/protocols/contracts';
import type { ServeRole } from '../../runtime/src/serve';
import { get, post } from '../runtime/support/http-client';
import { serve, startRole } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { removeTemporaryDirectories } from '../support/package-builder';
import { halfPlusThree } from './support/models';
import { collisionsTable, documented, routesTable } from './support/routes-table';

type Contracts = NonNullable<RuntimeConfig['contracts']>;

const readme = readFileSync(path.resolve(__dirname, '../../runtime/README.md'), 'utf8');
const TWO_MODELS = ['diabetes/1', 'digits/1'];

const problems = (contracts: Contracts, models: string[] = ['diabetes/1'], explicitControl = false) =>
  contractProblems(testConfig(models, { contracts, repository: { explicitControl, maxMemoryBytes: 0 } })).map(
    ({ code, got }) => `${code}: ${got}`,
  );

let role: ServeRole | undefined;

afterEach(async () => {
  await role?.stop();
  role = undefined;
});

afterAll(removeTemporaryDirectories);

test('README.md has the routes and the collisions of the code', () => {
  expect(readme).toContain(routesTable());
  expect(readme).toContain(collisionsTable());
});

test('labels tell contracts apart, and routes within a contract are there once', () => {
  for (const { entries } of documented()) {
    const routes = entries.map(({ method, path: route }) => `${method} ${route}`);
    expect(new Set(routes).size).toBe(routes.length);
  }
  const owners = new Map<string, string>();
  for (const { name, entries } of documented()) {
    for (const { label } of entries.filter(({ runs }) => runs)) {
      expect(owners.get(label) ?? name).toBe(name);
      owners.set(label, name);
    }
  }
});

test('contracts that mean different things by a route are refused together', async () => {
  expect(problems(['sagemaker', 'mlflow'])).toEqual(['CONFIG_CONTRACTS_COLLIDE: sagemaker and mlflow']);
  const config = testConfig(['diabetes/1'], { contracts: ['mlflow', 'sagemaker'] });
  await expect(startRole(config)).rejects.toThrow('CONFIG_CONTRACTS_COLLIDE');
});

test.each<[Contracts[number]]>([['vertex'], ['sagemaker'], ['mlflow'], ['azureml']])(
  '%s is refused with several models',
  (contract) => {
    expect(problems([contract], TWO_MODELS)).toEqual(['CONFIG_CONTRACT_MODEL: diabetes, digits']);
    expect(problems([contract], ['breast-cancer/1', 'breast-cancer/2'])).toEqual([]);
  },
);

test('contracts that name the model take several, SageMaker where it loads them', () => {
  expect(problems(['tensorflow-serving', 'kserve-v1', 'torchserve'], TWO_MODELS)).toEqual([]);
  expect(problems(['sagemaker'], TWO_MODELS, true)).toEqual([]);
});

test('TensorFlow Serving answers what it shares with KServe, and says what its clients look for', async () => {
  role = await serve(testConfig([halfPlusThree()], { contracts: ['kserve-v1', 'tensorflow-serving'] }));
  const { inference } = role.ports;
  const { json } = await get(inference, '/v1/models/half-plus-three');
  expect(json).toMatchObject({ name: 'half-plus-three', ready: true });
  expect(json.model_version_status[0].state).toBe('AVAILABLE');
  expect((await get(inference, '/v1/models')).json).toEqual({ models: ['half-plus-three'] });
  const columns = await post(inference, '/v1/models/half-plus-three:predict', { inputs: [1, 2] });
  expect(columns.json).toEqual({ outputs: [3.5, 4] });
});

test('without contracts there are no routes but the own', async () => {
  role = await serve(testConfig([halfPlusThree()]));
  for (const route of ['/v1/models/half-plus-three', '/ping', '/', '/models', '/version']) {
    const reply = await get(role.ports.inference, route);
    expect([reply.status, reply.json.code]).toEqual([404, 'REQUEST_ROUTE_NOT_FOUND']);
  }
});

test('the own protocol is untouched by contracts', async () => {
  const contracts: Contracts = [
    'vertex',
    'tensorflow-serving',
    'kserve-v1',
    'torchserve',
    'sagemaker',
    'azureml',
  ];
  role = await serve(testConfig([halfPlusThree()], { contracts }));
  const inputs = [{ name: 'x', datatype: 'FP32', shape: [2], data: [1, 2] }];
  const reply = await post(role.ports.inference, '/v2/models/half-plus-three/infer', { inputs });
  expect(reply.json.outputs[0].data).toEqual([3.5, 4]);
  expect((await get(role.ports.inference, '/v3')).json.code).toBe('REQUEST_ROUTE_NOT_FOUND');
});
