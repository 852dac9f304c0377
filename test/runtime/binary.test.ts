import type { InferResult } from '../../runtime/src/inference';
import { decodeInferRequest } from '../../runtime/src/protocols/http/infer-request';
import { encodeInferResponse } from '../../runtime/src/protocols/http/infer-response';
import type { ServeRole } from '../../runtime/src/serve';
import { removeTemporaryDirectories } from '../support/package-builder';
import { input, parts, type Sent, infer as send } from './support/binary-client';
import { type Column, echoPackage } from './support/echo-package';
import { serve, startRole } from './support/in-process';
import { samples, testConfig } from './support/packages';
import { rawBytes } from './support/tensors';

/** Every dtype the engine takes, with values at its ends and how JSON writes them. */
const DTYPES: readonly (Column & { readonly raw: readonly unknown[]; readonly json: string })[] = [
  { input: 'bool', dtype: 'BOOL', type: 'BOOL', value: true, raw: [1, 0], json: 'true,false' },
  { input: 'uint8', dtype: 'UINT8', type: 'UINT8', value: 1, raw: [0, 255], json: '0,255' },
  { input: 'uint16', dtype: 'UINT16', type: 'UINT16', value: 1, raw: [0, 65535], json: '0,65535' },
  { input: 'uint32', dtype: 'UINT32', type: 'UINT32', value: 1, raw: [0, 4294967295], json: '0,4294967295' },
  {
    ...{ input: 'uint64', dtype: 'UINT64', type: 'UINT64', value: 1 },
    ...{ raw: [0n, 18446744073709551615n], json: '0,18446744073709551615' },
  },
  { input: 'int8', dtype: 'INT8', type: 'INT8', value: 1, raw: [-128, 127], json: '-128,127' },
  { input: 'int16', dtype: 'INT16', type: 'INT16', value: 1, raw: [-32768, 32767], json: '-32768,32767' },
  {
    ...{ input: 'int32', dtype: 'INT32', type: 'INT32', value: 1 },
    ...{ raw: [-2147483648, 2147483647], json: '-2147483648,2147483647' },
  },
  {
    ...{ input: 'int64', dtype: 'INT64', type: 'INT64', value: 1 },
    ...{ raw: [-9223372036854775808n, 9007199254740993n], json: '-9223372036854775808,9007199254740993' },
  },
  {
    ...{ input: 'fp16', dtype: 'FP16', type: 'FLOAT16', value: 0.5 },
    ...{ raw: [0x2e66, 0xfbff], json: '0.0999755859375,-65504' },
  },
  {
    ...{ input: 'fp32', dtype: 'FP32', type: 'FLOAT', value: 0.5 },
    ...{ raw: [0.1, -3.4e38], json: '0.10000000149011612,-3.3999999521443642e+38' },
  },
  { input: 'fp64', dtype: 'FP64', type: 'DOUBLE', value: 0.5, raw: [0.1, 1e300], json: '0.1,1e+300' },
  {
    ...{ input: 'bytes', dtype: 'BYTES', type: 'STRING', value: 'x' },
    ...{ raw: ['', 'ä "q"\n\u{1f600}'], json: '"","ä \\"q\\"\\n\u{1f600}"' },
  },
];

let role: ServeRole;
let port: number;
beforeAll(async () => {
  const echoes = DTYPES.map((column) => echoPackage(column.input, [column], ['batch', 1]));
  const pair = echoPackage('pair', [DTYPES[10]!, DTYPES[8]!], ['batch', 1]);
  const floats = (
    [
      ['half', 9],
      ['single', 10],
      ['double', 11],
    ] as const
  ).map(([name, i]) =>
    echoPackage(
      name,
      [
        { ...DTYPES[i]!, input: `${name}-root`, value: 1, op: 'Sqrt' },
        { ...DTYPES[i]!, input: `${name}-inverse`, value: 1, op: 'Reciprocal' },
      ],
      ['batch', 1],
    ),
  );
  role = await serve(testConfig([...echoes, ...floats, pair, 'digits/1', 'breast-cancer/2', 'diabetes/1']));
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const infer = (model: string, sent: Sent) => send(port, model, sent);

describe.each(DTYPES)('$dtype', ({ input: name, dtype, raw, json }) => {
  const bytes = rawBytes(dtype, raw);
  const shape = [raw.length, 1];

  test('raw bytes in and out', async () => {
    const request = {
      inputs: [input(name, dtype, shape, bytes.length)],
      parameters: { binary_data_output: true },
    };
    const reply = await infer(name, { json: request, raw: [bytes] });
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/octet-stream']);
    const { json: head, raw: got } = parts(reply);
    expect(head.outputs).toEqual([
      { name: `${name}-out`, shape, datatype: dtype, parameters: { binary_data_size: bytes.length } },
    ]);
    expect(got).toEqual(bytes);
    expect(Number(reply.headers['inference-header-content-length']) % 8).toBe(0);
  });

  test('raw bytes in, JSON out', async () => {
    const reply = await infer(name, {
      json: { inputs: [input(name, dtype, shape, bytes.length)] },
      raw: [bytes],
    });
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.body.toString()).toContain(`"data":[${json}]`);
  });

  test('JSON in, raw bytes out', async () => {
    const tensor = `{"name":"${name}","datatype":"${dtype}","shape":[${shape}],"data":[${json}]}`;
    const outputs = `[{"name":"${name}-out","parameters":{"binary_data":true}}]`;
    const reply = await infer(name, {
      json: `{"inputs":[${tensor}],"outputs":${outputs}}`,
      length: undefined,
    });
    expect(parts(reply).raw).toEqual(bytes);
  });

  test('nothing but raw bytes', async () => {
    const one = rawBytes(dtype, raw.slice(1));
    const body = dtype === 'BYTES' ? one.subarray(4) : one;
    const reply = await infer(name, { json: '', raw: [body], length: 0 });
    expect(parts(reply).json.outputs[0].shape).toEqual([1, 1]);
    expect(parts(reply).raw).toEqual(one);
  });
});

test('tensors of several kinds in one request, wherever they lie', async () => {
  const floats = rawBytes('FP32', [1.5, 2.5, 3.5]);
  const longs = rawBytes('INT64', [1n, 2n, -3n]);
  for (let padding = 0; padding < 8; padding++) {
    const request = {
      id: 'x'.repeat(padding),
      inputs: [input('fp32', 'FP32', [3, 1], 12), input('int64', 'INT64', [3, 1], 24)],
      parameters: { binary_data_output: true },
    };
    const reply = await infer('pair', { json: request, raw: [floats, longs] });
    expect(parts(reply).json.id).toBe('x'.repeat(padding));
    expect(parts(reply).raw).toEqual(Buffer.concat([floats, longs]));
  }
});

test('an output may be wanted otherwise than the others', async () => {
  const outputs = [{ name: 'int64-out' }, { name: 'fp32-out', parameters: { binary_data: false } }];
  const inputs = [
    input('fp32', 'FP32', [1, 1], 4),
    { name: 'int64', datatype: 'INT64', shape: [1, 1], data: [7] },
  ];
  const json = { inputs, outputs, parameters: { binary_data_output: true } };
  const reply = await infer('pair', { json, raw: [rawBytes('FP32', [0.5])] });
  const got = parts(reply);
  expect(got.json.outputs).toMatchObject([
    { name: 'int64-out', parameters: { binary_data_size: 8 } },
    { name: 'fp32-out', data: [0.5] },
  ]);
  expect(got.raw).toEqual(rawBytes('INT64', [7n]));
});

test.each([
  ['FP16', 'half', [0x7e00, 0x7c00, 0xfc00]],
  ['FP32', 'single', [NaN, Infinity, -Infinity]],
  ['FP64', 'double', [NaN, Infinity, -Infinity]],
])(
  '%s: NaN and Infinity go out in raw bytes as they are, and as null in JSON',
  async (dtype, name, values) => {
    const reply = async (binary: boolean) => {
      const inputs = ['root', 'inverse'].map((key) => ({
        name: `${name}-${key}`,
        datatype: dtype,
        shape: [2, 1],
      }));
      const json = {
        inputs: [
          { ...inputs[0], data: [-1, 1] },
          { ...inputs[1], data: [0, -0] },
        ],
        parameters: { binary_data_output: binary },
      };
      // JSON.stringify has no -0.
      return parts(
        await infer(name, { json: JSON.stringify(json).replace('[0,0]', '[0,-0]'), length: undefined }),
      );
    };
    const written = (await reply(false)).json.outputs.map(({ data }: { data: unknown }) => data);
    expect(written).toEqual([
      [null, 1],
      [null, null],
    ]);
    const { raw } = await reply(true);
    const size = raw.length / 4;
    const nan = raw.subarray(0, size);
    if (dtype === 'FP16') expect(nan.readUInt16LE() & 0x7fff).toBeGreaterThan(0x7c00);
    else expect(dtype === 'FP32' ? nan.readFloatLE() : nan.readDoubleLE()).toBeNaN();
    expect(raw.subarray(2 * size)).toEqual(rawBytes(dtype, values.slice(1)));
  },
);

test.each(['digits/1', 'breast-cancer/2', 'diabetes/1'])(
  'golden samples of %s as raw bytes',
  async (model) => {
    const dtypes: Record<string, string> = { age: 'INT64', sex: 'BYTES' };
    const name = model.split('/')[0]!;
    for (const sample of samples(model)) {
      const tensors = Object.entries(sample.inputs).map(([key, nested]) => {
        const shape: number[] = [];
        for (let value: unknown = nested; Array.isArray(value); value = value[0]) shape.push(value.length);
        const values = (nested as unknown[]).flat(8);
        const raw = rawBytes(dtypes[key] ?? 'FP32', values);
        return { head: input(key, dtypes[key] ?? 'FP32', shape, raw.length), raw };
      });
      const outputs = Object.keys(sample.outputs).map((output) => ({
        name: output,
        parameters: { binary_data: true },
      }));
      const json = { inputs: tensors.map(({ head }) => head), outputs };
      const got = parts(await infer(name, { json, raw: tensors.map(({ raw }) => raw) }));
      let offset = 0;
      for (const output of got.json.outputs) {
        const size = output.parameters.binary_data_size;
        const wanted = (sample.outputs[output.name] as unknown[]).flat(8) as number[];
        const width = output.datatype === 'INT64' ? 8 : 4;
        expect(size).toBe(width * wanted.length);
        wanted.forEach((value, i) => {
          const at = offset + i * width;
          const found = width === 8 ? Number(got.raw.readBigInt64LE(at)) : got.raw.readFloatLE(at);
          expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-3 + 1e-3 * Math.abs(value));
        });
        offset += size;
      }
      expect(offset).toBe(got.raw.length);
    }
  },
);

describe('BF16', () => {
  const bits = Uint16Array.of(0x3f80, 0xc048, 0x7fc0, 0xff80, 0);

  test('a model that uses it is refused when it is loaded, and told what to do', async () => {
    const column: Column = { input: 'brain', dtype: 'BF16', type: 'BFLOAT16', value: 0.5 };
    const refused = await startRole(testConfig([echoPackage('brain', [column], ['batch', 1])]));
    const error = await refused.load().catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      problems: [
        { code: 'MODEL_DTYPE_UNSUPPORTED', got: 'BF16', remedy: expect.stringContaining('Cast to FP32') },
        { code: 'MODEL_DTYPE_UNSUPPORTED' },
      ],
    });
    await refused.stop();
  });

  test('its tensors are numbers in JSON, and bit patterns in raw bytes', () => {
    const tensor = { name: 'x', dtype: 'BF16', shape: [5], data: bits } as const;
    const instance = { name: 'm', version: '1' } as InferResult['instance'];
    const encode = (binary: boolean) =>
      encodeInferResponse({ instance, outputs: [tensor] }, { id: undefined, outputs: undefined, binary })
        .parts;
    const [json] = encode(false);
    expect(JSON.parse(json as string).outputs[0].data).toEqual([1, -3.125, null, null, 0]);
    expect(encode(true)[1]).toEqual(new Uint8Array(bits.buffer));
    const inputs = [{ name: 'x', datatype: 'BF16', shape: [5], data: [1, -3.125, null, Math.PI, 0] }];
    const decoded = decodeInferRequest(Buffer.from(JSON.stringify({ inputs })), Buffer.alloc(0));
    expect(decoded.inputs[0]!.data).toEqual(Uint16Array.of(0x3f80, 0xc048, 0x7fc0, 0x4049, 0));
  });
});

test('large tensors arrive in many pieces', async () => {
  const rows = 50_000;
  const values = Float32Array.from({ length: rows }, (_, i) => i / 7);
  const raw = Buffer.from(values.buffer);
  const json = {
    id: 'odd',
    inputs: [input('fp32', 'FP32', [rows, 1], raw.length)],
    parameters: { binary_data_output: true },
  };
  expect(parts(await infer('fp32', { json, raw: [raw] })).raw.equals(raw)).toBe(true);
});
