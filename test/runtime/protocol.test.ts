import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServeRole } from '../../runtime/src/serve';
import { call, get, post } from './support/http-client';
import { serve, startRole } from './support/in-process';
import { modelEntry, samples, testConfig } from './support/packages';

const BREAST_1 = '/v2/models/breast-cancer/versions/1';
const sample = samples('breast-cancer/1')[0]!;
const flat = (sample.inputs.features as number[][])[0]!;
const features = { name: 'features', datatype: 'FP32', shape: [1, 30], data: flat };

let role: ServeRole;
let port: number;
beforeAll(async () => {
  role = await serve(testConfig(['breast-cancer/1', 'breast-cancer/2', 'diabetes/1', 'digits/1']));
  port = role.ports.inference;
});
afterAll(() => role.stop());

test('the server says what it is', async () => {
  const { version } = JSON.parse(readFileSync(path.resolve(__dirname, '../../runtime/package.json'), 'utf8'));
  const reply = await get(port, '/v2');
  expect(reply.status).toBe(200);
  expect(reply.json).toEqual({
    name: 'inferstack',
    version,
    extensions: ['binary_tensor_data', 'model_repository', 'predict'],
  });
});

test('live and ready', async () => {
  expect((await get(port, '/v2/health/live')).json).toEqual({ live: true });
  expect((await get(port, '/v2/health/ready')).json).toEqual({ live: true, ready: true });
  expect((await get(port, `${BREAST_1}/ready`)).json).toEqual({ name: 'breast-cancer', ready: true });
});

test('before the models are loaded the process is live and not ready', async () => {
  const starting = await startRole(testConfig(['digits/1']));
  const { inference, management } = starting.ports;
  expect((await get(inference, '/v2/health/live')).status).toBe(200);
  const ready = await get(inference, '/v2/health/ready');
  expect(ready.status).toBe(503);
  expect(ready.json).toMatchObject({
    ready: false,
    phase: 'loading',
    reason: expect.stringContaining('golden samples'),
  });
  const infer = await post(inference, '/v2/models/digits/infer', {});
  expect([infer.status, infer.json.code]).toEqual([503, 'MODEL_NOT_READY']);
  expect((await get(inference, '/v2/models/digit')).json.error).toContain('Did you mean "digits"?');
  expect((await get(management, '/health')).json.models[0].state).toBe('loading');
  await starting.load();
  expect((await get(inference, '/v2/health/ready')).status).toBe(200);
  expect(await starting.stop()).toBe(true);
});

test('metadata has the signature with -1 for sizes known at run time, version, digest and columns', async () => {
  const { json } = await get(port, '/v2/models/breast-cancer');
  expect(json).toMatchObject({
    name: 'breast-cancer',
    versions: ['1', '2'],
    platform: 'onnx_onnxv1',
    version: '2',
    digest: modelEntry('breast-cancer/2').digest,
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 30] }],
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      { name: 'label', datatype: 'INT64', shape: [-1] },
    ],
  });
  expect(json.inputs[0].columns[0]).toMatchObject({ name: 'mean radius', range: [0, 120], required: true });
});

test('infer takes flat and nested data and gives what the golden sample says', async () => {
  for (const data of [flat, [flat]]) {
    const body = {
      id: 'call-7',
      parameters: { priority: 1 },
      inputs: [{ ...features, data, parameters: {} }],
    };
    const { status, json } = await post(port, `${BREAST_1}/infer`, body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ model_name: 'breast-cancer', model_version: '1', id: 'call-7' });
    expect(json.outputs).toHaveLength(1);
    expect(json.outputs[0]).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: [1, 2] });
    json.outputs[0].data.forEach((got: number, i: number) => {
      expect(got).toBeCloseTo(sample.outputs.probabilities![0]![i]!, 5);
    });
  }
});

test('without a version the latest answers, and without an id none is returned', async () => {
  const { json } = await post(port, '/v2/models/breast-cancer/infer', { inputs: [features] });
  expect(json.model_version).toBe('2');
  expect(json).not.toHaveProperty('id');
});

test('requested outputs come in the order requested', async () => {
  const names = async (outputs?: { name: string }[]) => {
    const { json } = await post(port, '/v2/models/breast-cancer/infer', { inputs: [features], outputs });
    return json.outputs.map((output: { name: string }) => output.name);
  };
  expect(await names()).toEqual(['probabilities', 'label']);
  expect(await names([{ name: 'label' }])).toEqual(['label']);
  expect(await names([{ name: 'label' }, { name: 'probabilities' }])).toEqual(['label', 'probabilities']);
});

test('several inputs of several dtypes, 64-bit integers as numbers or digits', async () => {
  const { inputs, outputs } = samples('diabetes/1')[0]!;
  const tensor = (name: string, datatype: string, width = 1) => ({
    name,
    datatype,
    shape: [1, width],
    data: inputs[name]!,
  });
  const rest = [
    tensor('sex', 'BYTES'),
    tensor('bmi', 'FP32'),
    tensor('bp', 'FP32'),
    tensor('serum', 'FP32', 6),
  ];
  for (const age of [inputs.age!, [[String(inputs.age![0]![0])]]]) {
    const body = { inputs: [...rest, { ...tensor('age', 'INT64'), data: age }] };
    const { json } = await post(port, '/v2/models/diabetes/infer', body);
    expect(json.outputs[0].data[0]).toBeCloseTo(outputs.progression![0]![0]!, 3);
  }
});

test('INT64 outputs are whole numbers', async () => {
  const { json } = await post(port, '/v2/models/breast-cancer/infer', { inputs: [features] });
  expect(json.outputs[1]).toEqual({ name: 'label', shape: [1], datatype: 'INT64', data: [1] });
});

test.each([
  ['GET', '/', 404, 'REQUEST_ROUTE_NOT_FOUND'],
  ['GET', '/v2/', 404, 'REQUEST_ROUTE_NOT_FOUND'],
  ['GET', '/v2/models', 404, 'REQUEST_ROUTE_NOT_FOUND'],
  ['POST', `${BREAST_1}/infer/more`, 404, 'REQUEST_ROUTE_NOT_FOUND'],
  ['POST', `${BREAST_1}/inferior`, 404, 'REQUEST_ROUTE_NOT_FOUND'],
  ['GET', '/v2/models/breast-cancer/versions', 404, 'REQUEST_ROUTE_NOT_FOUND'],
  ['GET', '/v2/models/nobody', 404, 'MODEL_NOT_FOUND'],
  ['GET', '/v2/models/..%2f..%2fetc', 404, 'MODEL_NOT_FOUND'],
  ['GET', '/v2/models/breast-cancer/versions/3', 404, 'MODEL_VERSION_NOT_FOUND'],
  ['GET', '/v2/models/breast-cancer%', 400, 'REQUEST_INVALID'],
  ['GET', `${BREAST_1}/infer`, 405, 'REQUEST_METHOD_NOT_ALLOWED'],
  ['DELETE', BREAST_1, 405, 'REQUEST_METHOD_NOT_ALLOWED'],
  ['OPTIONS', '/v2', 405, 'REQUEST_METHOD_NOT_ALLOWED'],
])('%s %s is %i %s', async (method, target, status, code) => {
  const reply = await call(port, method, target);
  expect([reply.status, reply.json.code]).toEqual([status, code]);
  expect(typeof reply.json.error).toBe('string');
  expect(reply.json.requestId).toBe(reply.headers['x-request-id']);
  if (status === 405) expect(reply.headers.allow).toBe(target.endsWith('infer') ? 'POST' : 'GET, HEAD');
});

test('names are percent-decoded, queries ignored', async () => {
  expect((await get(port, '/v2/models/breast%2Dcancer/versions/1?x=/infer')).json.version).toBe('1');
});

test('HEAD has the headers of GET and no body', async () => {
  const head = await call(port, 'HEAD', '/v2');
  expect(head.text).toBe('');
  expect(head.headers['content-length']).toBe(String((await get(port, '/v2')).text.length));
});

test('the request id of the caller is returned when it is short and printable', async () => {
  const idFor = async (given: string) =>
    (await get(port, '/v2', { headers: { 'x-request-id': given } })).headers['x-request-id'];
  expect(await idFor('trace-42/a')).toBe('trace-42/a');
  for (const bad of ['has space', 'x'.repeat(129), 'tab\tbed']) {
    expect(await idFor(bad)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  }
});

test.each([
  ['text/plain', {}, 415],
  ['application/x-www-form-urlencoded', {}, 415],
  ['application/json; charset=latin1', {}, 415],
  ['application/json; charset=UTF-8', {}, 200],
  ['application/json', { 'content-encoding': 'zstd' }, 415],
  ['application/json', { 'content-encoding': 'gzip, gzip' }, 415],
  ['application/octet-stream', {}, 200],
  ['application/json', { expect: '100-continue' }, 200],
])('media type %s %j is %i', async (type, headers, status) => {
  const options = { headers: { 'content-type': type, ...headers } };
  const reply = await post(port, `${BREAST_1}/infer`, { inputs: [features] }, options);
  expect(reply.status).toBe(status);
  if (status === 415) expect(reply.json.code).toBe('REQUEST_MEDIA_TYPE');
});

test('sixty requests at a time are all answered with their own result', async () => {
  const rows = samples('breast-cancer/1').map(({ inputs, outputs }) => ({
    data: (inputs.features as number[][])[0]!,
    want: outputs.probabilities![0]!,
  }));
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      post(port, `${BREAST_1}/infer`, {
        id: String(i),
        inputs: [{ ...features, data: rows[i % rows.length]!.data }],
      }),
    ),
  );
  replies.forEach(({ status, json }, i) => {
    expect([status, json.id]).toEqual([200, String(i)]);
    expect(json.outputs[0].data[0]).toBeCloseTo(rows[i % rows.length]!.want[0]!, 5);
  });
});
