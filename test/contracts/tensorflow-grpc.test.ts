import path from 'node:path';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../runtime/src/serve';
import { type Column, echoPackage } from '../runtime/support/echo-package';
import { get } from '../runtime/support/http-client';
import { serve } from '../runtime/support/in-process';
import { testConfig } from '../runtime/support/packages';
import { removeTemporaryDirectories } from '../support/package-builder';
import { halfPlusThree, tagSignalSensor } from './support/models';

// Not the codec of the server: that of the library, from the .proto file.
const definition = loadSync(path.resolve(__dirname, 'fixtures/predict.proto'), {
  keepCase: true,
  longs: String,
});
const service = definition['tensorflow.serving.PredictionService'] as ServiceDefinition;

interface Tensor {
  readonly dtype: number;
  readonly tensor_shape: { readonly dim: readonly { readonly size: number | string }[] };
  readonly [list: string]: unknown;
}

interface Response {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly model_spec: object;
}

/** DataType with the list of its type, by dtype. */
const TYPES: readonly (readonly [string, Column['type'], number, string, unknown, Column['value']])[] = [
  ['FP32', 'FLOAT', 1, 'float_val', 1.5, 1],
  ['FP64', 'DOUBLE', 2, 'double_val', 0.1, 1],
  ['INT32', 'INT32', 3, 'int_val', -5, 1],
  ['UINT8', 'UINT8', 4, 'int_val', 255, 1],
  ['INT16', 'INT16', 5, 'int_val', -300, 1],
  ['INT8', 'INT8', 6, 'int_val', -128, 1],
  ['BYTES', 'STRING', 7, 'string_val', Buffer.from('text'), 'x'],
  ['INT64', 'INT64', 9, 'int64_val', '-9007199254740993', 1],
  ['BOOL', 'BOOL', 10, 'bool_val', true, true],
  ['UINT16', 'UINT16', 17, 'int_val', 65535, 1],
  ['FP16', 'FLOAT16', 19, 'half_val', 0x3e00, 1],
  ['UINT32', 'UINT32', 22, 'uint32_val', 4294967295, 1],
  ['UINT64', 'UINT64', 23, 'uint64_val', '18446744073709551615', 1],
];

const grpc = { host: '127.0.0.1', port: 0 };
let role: ServeRole;
let client: Client;

const start = (models: string[], contracts: NonNullable<RuntimeConfig['contracts']>) => {
  const config = testConfig(models, { contracts });
  return serve({ ...config, listeners: { ...config.listeners, grpc } });
};

beforeAll(async () => {
  const echoes = TYPES.map(([dtype, type, , , , value]) =>
    echoPackage(`echo-${dtype.toLowerCase()}`, [{ input: 'value', dtype, type, value }], ['batch', 2]),
  );
  role = await start([halfPlusThree(), tagSignalSensor(), ...echoes], ['tensorflow-serving']);
  client = new Client(`127.0.0.1:${role.ports.grpc}`, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await role.stop();
  removeTemporaryDirectories();
});

function call(request: object, method = 'Predict', by = client): Promise<Response> {
  const { path: route, requestSerialize, responseDeserialize } = service[method]!;
  return new Promise((resolve, reject) => {
    by.makeUnaryRequest(
      route,
      requestSerialize as (value: object) => Buffer,
      responseDeserialize as (bytes: Buffer) => Response,
      request,
      (error: ServiceError | null, response) => (error ? reject(error) : resolve(response!)),
    );
  });
}

const shape = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size })) });
const half = (values: Partial<Tensor>, spec: object = {}) => ({
  model_spec: { name: 'half-plus-three', ...spec },
  inputs: { x: { dtype: 1, tensor_shape: shape(3), ...values } },
});

test('lists and raw bytes, any version and one', async () => {
  const lists = await call(half({ float_val: [1, 2, 5] }));
  expect(lists.outputs.y!.float_val).toEqual([3.5, 4, 5.5]);
  expect(lists.outputs.y!.tensor_shape.dim).toEqual([{ size: '3', name: '' }].map(({ size }) => ({ size })));
  expect(lists.model_spec).toMatchObject({ name: 'half-plus-three', signature_name: 'serving_default' });
  const content = Buffer.from(new Float32Array([1, 2, 5]).buffer);
  const spec = { version: { value: 123 }, signature_name: 'serving_default' };
  const raw = await call(half({ tensor_content: content }, spec));
  expect(raw.outputs.y!.float_val).toEqual([3.5, 4, 5.5]);
});

test('several inputs, and the outputs that are wanted', async () => {
  const inputs = {
    tag: { dtype: 7, tensor_shape: shape(1), string_val: [Buffer.from('foo')] },
    signal: { dtype: 1, tensor_shape: shape(1, 5), float_val: [1, 2, 3, 4, 5] },
    sensor: { dtype: 1, tensor_shape: shape(1, 2, 2), float_val: [1, 2, 3, 4] },
  };
  const request = { model_spec: { name: 'tag-signal-sensor' }, inputs };
  expect(Object.keys((await call(request)).outputs).sort()).toEqual([
    'sensor_out',
    'signal_out',
    'tag_bytes',
  ]);
  const { outputs } = await call({ ...request, output_filter: ['tag_bytes'] });
  expect(Object.keys(outputs)).toEqual(['tag_bytes']);
  expect(String((outputs.tag_bytes!.string_val as Buffer[])[0])).toBe('foo');
});

test.each(TYPES)('%s comes back as it was', async (dtype, _type, number, list, value) => {
  const inputs = { value: { dtype: number, tensor_shape: shape(1, 2), [list]: [value, value] } };
  const { outputs } = await call({ model_spec: { name: `echo-${dtype.toLowerCase()}` }, inputs });
  expect(outputs['value-out']).toMatchObject({ dtype: number, [list]: [value, value] });
});

test.each<[string, object, number, string]>([
  ['a model that is not there', { model_spec: { name: 'half' } }, status.NOT_FOUND, 'half'],
  ['a version that is not there', half({}, { version: { value: 7 } }), status.NOT_FOUND, '123'],
  ['a label', half({}, { version_label: 'canary' }), status.NOT_FOUND, 'labels'],
  ['a signature', half({}, { signature_name: 'other' }), status.INVALID_ARGUMENT, 'serving_default'],
  ['too few elements', half({ float_val: [1] }), status.INVALID_ARGUMENT, 'disagree'],
  ['another type', half({ dtype: 2, double_val: [1, 2, 3] }), status.INVALID_ARGUMENT, 'another dtype'],
  ['a type nobody has', half({ dtype: 8 }), status.INVALID_ARGUMENT, 'dtype'],
  ['an open size', half({ tensor_shape: shape(-1), float_val: [1] }), status.INVALID_ARGUMENT, 'known sizes'],
])('%s is refused', async (_, request, code, words) => {
  const error = await call(request).catch((refusal: ServiceError) => refusal);
  expect([(error as ServiceError).code, (error as ServiceError).details]).toEqual([
    code,
    expect.stringContaining(words),
  ]);
});

test('the other methods are not there, and nothing is without the contract', async () => {
  await expect(call({}, 'Classify')).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  const plain = await start([halfPlusThree()], ['kserve-v1']);
  const other = new Client(`127.0.0.1:${plain.ports.grpc}`, credentials.createInsecure());
  await expect(call(half({}), 'Predict', other)).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  other.close();
  await plain.stop();
});

test('predictions are counted by a route of their own', async () => {
  const { text } = await get(role.ports.management, '/metrics');
  const series = 'model="half-plus-three",version="123",route="grpc_tensorflow_predict",code="200"';
  expect(text).toContain(`inferstack_requests_total{${series}} 2`);
});
