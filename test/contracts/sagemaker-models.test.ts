import path from 'node:path';
import type { ServeRole } from '../../runtime/src/serve';
import { call, get, post } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { copyPackage, MODELS, removeCopies, sampleRow, testConfig } from '../runtime/support/packages';

// Source of the contract: https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
let role: ServeRole;
let port: number;

beforeAll(async () => {
  role = await serve(
    testConfig(['diabetes/1', 'breast-cancer/1'], {
      contracts: ['sagemaker'],
      repository: { explicitControl: true, maxMemoryBytes: 0 },
    }),
  );
  port = role.ports.inference;
});

afterAll(async () => {
  await role.stop();
  removeCopies();
});

const names = async () =>
  (await get(port, '/models')).json.models.map((model: { modelName: string }) => model.modelName).sort();
const remove = (name: string) => call(port, 'DELETE', `/models/${name}`);
const row = { instances: [sampleRow('diabetes/1')] };

test('a model is loaded by the digest of its package, under a name of the platform', async () => {
  const url = copyPackage('diabetes/1');
  const name = '2f7c8a91d0';
  expect((await get(port, `/models/${name}`)).status).toBe(404);
  expect((await post(port, '/models', { model_name: name, url })).status).toBe(200);
  expect((await post(port, '/models', { model_name: name, url })).status).toBe(409);
  expect((await get(port, `/models/${name}`)).json).toEqual({ modelName: name, modelUrl: url });
  expect(await names()).toEqual([name, 'breast-cancer']);
  const reply = await post(port, `/models/${name}/invoke`, row);
  expect(reply.json.predictions).toHaveLength(1);
  const metrics = (await get(role.ports.management, '/metrics')).text;
  expect(metrics).toContain('model="diabetes",version="1",route="sagemaker_invocations",code="200"} 1');
  expect((await remove(name)).status).toBe(200);
  expect(await names()).toEqual(['breast-cancer']);
  expect((await post(port, `/models/${name}/invoke`, row)).status).toBe(404);
  expect((await remove(name)).status).toBe(404);
});

test('a model that was unloaded is loaded again by its own name', async () => {
  expect((await remove('breast-cancer')).status).toBe(200);
  expect((await get(port, '/models/breast-cancer')).status).toBe(404);
  const url = path.join(MODELS, 'breast-cancer/1');
  expect((await post(port, '/models', { model_name: 'breast-cancer', url })).status).toBe(200);
  expect((await post(port, '/models', { model_name: 'breast-cancer', url })).status).toBe(409);
  const body = { instances: [sampleRow('breast-cancer/1')] };
  expect((await post(port, '/models/breast-cancer/invoke', body)).json.predictions[0].label).toEqual(
    expect.any(String),
  );
});

test('what is not configured is not loaded', async () => {
  const other = path.join(MODELS, 'digits/1');
  const reply = await post(port, '/models', { model_name: 'x1', url: other });
  expect([reply.status, reply.json.error]).toEqual([404, expect.stringContaining('digest')]);
  const nothing = await post(port, '/models', { model_name: 'x1', url: '/nowhere/at/all' });
  expect([nothing.status, nothing.json.error]).toEqual([400, 'There is no model package at url.']);
  expect((await post(port, '/models', { model_name: 'x1' })).status).toBe(400);
});

test('with several models /invocations asks for a name', async () => {
  const reply = await post(port, '/invocations', row);
  expect([reply.status, reply.json.error]).toEqual([404, expect.stringContaining('/models/{model}/invoke')]);
});
