import { status } from '@grpc/grpc-js';
import { failure, GrpcTestClient } from './support/grpc-test-client';
import { GrpcTestServer } from './support/grpc-test-server';
import { inferRequest, outputsOf, sampleInputs, sampleOutputs } from './support/infer-request';

let server: GrpcTestServer;
let client: GrpcTestClient;

beforeAll(async () => {
  server = await GrpcTestServer.start(['breast-cancer/1', 'breast-cancer/2', 'digits/1', 'diabetes/1'], {}, [
    'breast-cancer/2',
  ]);
  client = new GrpcTestClient(server.port);
});

afterAll(async () => {
  client.close();
  await server.stop();
});

describe.each([
  ['breast-cancer', 0],
  ['digits', 2],
  ['diabetes', 3],
])('%s', (model, index) => {
  test.each([
    ['raw bytes', true],
    ['typed contents', false],
  ])('answers golden samples sent as %s, in the same form', async (_, raw) => {
    const pkg = server.packages[index]!;
    for (const sample of [0, 1, 2]) {
      const request = {
        ...inferRequest(model, sampleInputs(pkg, sample), raw),
        model_version: '1',
        id: `s-${sample}`,
      };
      const response = await client.call('ModelInfer', request);
      expect(response).toMatchObject({ model_name: model, model_version: '1', id: `s-${sample}` });
      expect(response.raw_output_contents.length > 0).toBe(raw);
      expectClose(outputsOf(response), sampleOutputs(pkg, sample));
    }
  });

  test('tells its signature', async () => {
    const { manifest } = server.packages[index]!;
    const metadata = await client.call('ModelMetadata', { name: model, version: '1' });
    expect(metadata).toMatchObject({ name: model, platform: 'onnx_onnxv1' });
    expect(metadata.versions).toEqual(model === 'breast-cancer' ? ['1', '2'] : ['1']);
    const sizes = (shape: readonly (number | string)[]) =>
      shape.map((size) => (typeof size === 'number' ? BigInt(size) : -1n));
    const described = ({ name, dtype, shape }: (typeof manifest.signature.inputs)[number]) => ({
      name,
      datatype: dtype,
      shape: sizes(shape),
    });
    expect(metadata.inputs).toEqual(manifest.signature.inputs.map(described));
  });
});

test('a batch of several rows', async () => {
  const pkg = server.packages[0]!;
  const rows = [0, 1, 2].map((i) => sampleInputs(pkg, i)[0]!.data as Float32Array);
  const data = Float32Array.from(rows.flatMap((row) => [...row]));
  const request = inferRequest('breast-cancer', [{ name: 'features', dtype: 'FP32', shape: [3, 30], data }]);
  const [output] = outputsOf(await client.call('ModelInfer', { ...request, model_version: '1' }));
  expect(output!.shape).toEqual([3, 2]);
  const expected = [0, 1, 2].flatMap((i) => [...(sampleOutputs(pkg, i)[0]!.data as Float32Array)]);
  [...(output!.data as Float32Array)].forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 4);
  });
});

test('liveness, readiness and who the server is', async () => {
  expect(await client.call('ServerLive')).toEqual({ live: true });
  expect(await client.call('ServerReady')).toEqual({ ready: false });
  expect(await client.call('ServerMetadata')).toMatchObject({ name: 'inferstack', version: '1.2.3' });
  expect(await client.call('ModelReady', { name: 'digits' })).toEqual({ ready: true });
  expect(await client.call('ModelReady', { name: 'breast-cancer' })).toEqual({ ready: false });
  server.readiness.enter('ready');
  expect(await client.call('ServerReady')).toEqual({ ready: true });
});

test('the index of models tells their state', async () => {
  const models = (all: { models: { name: string; version: string; state: string }[] }) =>
    all.models.map(({ name, version, state }) => `${name}/${version} ${state}`);
  expect(models(await client.call('RepositoryIndex'))).toEqual([
    'breast-cancer/1 READY',
    'breast-cancer/2 LOADING',
    'digits/1 READY',
    'diabetes/1 READY',
  ]);
  expect(models(await client.call('RepositoryIndex', { ready: true }))).toHaveLength(3);
});

test('statistics count what was asked for', async () => {
  const before = (await client.call('ModelStatistics', { name: 'digits', version: '1' })).model_stats[0]!;
  const inputs = sampleInputs(server.packages[2]!, 0);
  await client.call('ModelInfer', inferRequest('digits', inputs));
  await failure(client.call('ModelInfer', inferRequest('digits', [{ ...inputs[0]!, name: 'other' }])));
  const after = (await client.call('ModelStatistics', { name: 'digits', version: '1' })).model_stats[0]!;
  expect(after.inference_count - before.inference_count).toBe(1n);
  expect(after.execution_count - before.execution_count).toBe(1n);
  const [was, is] = [before.inference_stats!, after.inference_stats!];
  expect(is.success!.count - was.success!.count).toBe(1n);
  expect(is.fail!.count - was.fail!.count).toBe(1n);
  expect(is.compute_infer!.ns > was.compute_infer!.ns).toBe(true);
  expect((await client.call('ModelStatistics')).model_stats).toHaveLength(3);
});

describe('errors', () => {
  const features = () => sampleInputs(server.packages[0]!, 0)[0]!;
  const cases: readonly (readonly [string, () => Promise<unknown>, number, string])[] = [
    [
      'an unknown model',
      () => client.call('ModelInfer', inferRequest('digit', [features()])),
      status.NOT_FOUND,
      'MODEL_NOT_FOUND',
    ],
    [
      'an unknown version',
      () => client.call('ModelMetadata', { name: 'digits', version: '9' }),
      status.NOT_FOUND,
      'MODEL_VERSION_NOT_FOUND',
    ],
    [
      'a model that is still loaded',
      () => client.call('ModelInfer', inferRequest('breast-cancer', [features()])),
      status.UNAVAILABLE,
      'MODEL_NOT_READY',
    ],
    [
      'readiness of an unknown model',
      () => client.call('ModelReady', { name: 'no' }),
      status.NOT_FOUND,
      'MODEL_NOT_FOUND',
    ],
    [
      'statistics of an unknown model',
      () => client.call('ModelStatistics', { name: 'no' }),
      status.NOT_FOUND,
      'MODEL_NOT_FOUND',
    ],
    [
      'another shape',
      () => infer({ ...features(), shape: [2, 15] }),
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
    ],
    [
      'another dtype',
      () => infer({ ...features(), dtype: 'INT32' }),
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
    ],
    [
      'a shape that asks for memory',
      () => infer({ ...features(), shape: [2 ** 40, 30] }),
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
    ],
    [
      'a value out of range',
      () => infer({ ...features(), data: new Float32Array(30).fill(1e6) }),
      status.INVALID_ARGUMENT,
      'INPUT_INVALID',
    ],
    ['an unknown output', () => infer(features(), ['nothing']), status.INVALID_ARGUMENT, 'INPUT_INVALID'],
    [
      'loading',
      () => client.call('RepositoryModelLoad', { model_name: 'digits' }),
      status.UNIMPLEMENTED,
      'REPOSITORY_CONTROL_OFF',
    ],
    [
      'unloading',
      () => client.call('RepositoryModelUnload', { model_name: 'digits' }),
      status.UNIMPLEMENTED,
      'REPOSITORY_CONTROL_OFF',
    ],
    [
      'garbage',
      () => client.bytes('/inference.GRPCInferenceService/ModelInfer', Buffer.from('\xff\xff\xff')),
      status.INVALID_ARGUMENT,
      'REQUEST_SYNTAX',
    ],
    [
      'garbage elsewhere',
      () => client.bytes('/inference.GRPCInferenceService/ModelReady', Buffer.from([10, 200])),
      status.INVALID_ARGUMENT,
      'REQUEST_SYNTAX',
    ],
  ];

  const infer = (tensor: ReturnType<typeof features>, outputs: readonly string[] = []) =>
    client.call('ModelInfer', {
      ...inferRequest('breast-cancer', [tensor]),
      model_version: '1',
      outputs: outputs.map((name) => ({ name, parameters: new Map() })),
    });

  test.each(cases)('%s', async (_, call, code, text) => {
    const error = await failure(call());
    expect([status[error.code], error.details]).toEqual([status[code], expect.stringMatching(`^${text}: `)]);
    expect(error.metadata.get('inferstack-code')).toEqual([text]);
    expect(error.metadata.get('x-request-id')[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('carry the id of the caller', async () => {
    const metadata = { 'x-request-id': 'trace-7' };
    const error = await failure(client.call('ModelMetadata', { name: 'no' }, { metadata }));
    expect(error.metadata.get('x-request-id')).toEqual(['trace-7']);
  });

  test('list the values that are wrong, as many as fit a header', async () => {
    const data = new Float32Array(30 * 500).fill(1e6);
    const error = await failure(infer({ ...features(), shape: [500, 30], data }));
    expect(error.details).toMatch(/INPUT_OUT_OF_RANGE at inputs.features/);
    expect(error.details.split('\n').length).toBe(12);
    expect(error.details.length).toBeLessThan(4000);
  });

  test('of names in any script arrive', async () => {
    const name = '\u{1f600}\u00e9'.repeat(300);
    const error = await failure(client.call('ModelMetadata', { name }));
    expect(error.details).toContain('MODEL_NOT_FOUND');
  });

  test('of methods that are not there', async () => {
    const error = await failure(client.bytes('/inference.GRPCInferenceService/ModelConfig', Buffer.alloc(0)));
    expect(error.code).toBe(status.UNIMPLEMENTED);
  });
});

function expectClose(found: ReturnType<typeof outputsOf>, expected: ReturnType<typeof sampleOutputs>): void {
  expect(found.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual(
    expected.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
  );
  found.forEach((tensor, i) => {
    const numbers = expected[i]!.data as Float32Array;
    [...(tensor.data as Float32Array)].forEach((value, j) => {
      expect(value).toBeCloseTo(numbers[j]!, 3);
    });
  });
}
