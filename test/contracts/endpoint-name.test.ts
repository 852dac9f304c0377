import type { ServeRole } from '../../runtime/src/serve';
import { get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { removeTemporaryDirectories } from '../support/package-builder';
import { halfPlusThree } from './support/models';

// KServe's explainers and transformers ask for the model by the name of its InferenceService.

let role: ServeRole | undefined;

afterEach(async () => {
  await role?.stop();
  role = undefined;
});

afterAll(removeTemporaryDirectories);

async function start(contracts: ('kserve-v1' | 'tensorflow-serving')[], models = [halfPlusThree()]) {
  role = await serve({ ...testConfig(models, { contracts }), endpoint: 'credit-risk' });
  return role.ports.inference;
}

test('the name of the endpoint stands for its only model', async () => {
  const port = await start(['kserve-v1']);
  const body = { instances: [1, 2] };
  const own = await post(port, '/v1/models/half-plus-three:predict', body);
  expect((await post(port, '/v1/models/credit-risk:predict', body)).json).toEqual(own.json);
  expect(own.json).toEqual({ predictions: [3.5, 4] });
  const { status, json } = await get(port, '/v1/models/credit-risk');
  expect([status, json]).toEqual([200, { name: 'half-plus-three', ready: true }]);
  expect((await get(port, '/v1/models')).json).toEqual({ models: ['half-plus-three'] });
});

test('no other name does', async () => {
  const port = await start(['kserve-v1']);
  expect((await post(port, '/v1/models/credit:predict', { instances: [1] })).status).toBe(404);
});

test('it means no model where there are several', async () => {
  const port = await start(['kserve-v1'], [halfPlusThree(), 'diabetes/1']);
  expect((await post(port, '/v1/models/credit-risk:predict', { instances: [1] })).status).toBe(404);
});

test('other contracts know models by their own names alone', async () => {
  const port = await start(['tensorflow-serving']);
  expect((await post(port, '/v1/models/credit-risk:predict', { instances: [1] })).status).toBe(404);
});
