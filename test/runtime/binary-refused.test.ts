import fc from 'fast-check';
import type { ServeRole } from '../../runtime/src/serve';
import { removeTemporaryDirectories } from '../support/package-builder';
import { input, parts, type Sent, infer as send } from './support/binary-client';
import { type Column, echoPackage } from './support/echo-package';
import { serve } from './support/in-process';
import { testConfig } from './support/packages';
import { rawBytes } from './support/tensors';

const FP32: Column = { input: 'fp32', dtype: 'FP32', type: 'FLOAT', value: 0.5 };
const INT64: Column = { input: 'int64', dtype: 'INT64', type: 'INT64', value: 1 };
const BOOL: Column = { input: 'bool', dtype: 'BOOL', type: 'BOOL', value: true };
const BYTES: Column = { input: 'bytes', dtype: 'BYTES', type: 'STRING', value: 'x' };

let role: ServeRole;
let port: number;
beforeAll(async () => {
  const echoes = [FP32, BOOL, BYTES].map((column) => echoPackage(column.input, [column], ['batch', 1]));
  const pair = echoPackage('pair', [FP32, INT64], ['batch', 1]);
  const wide = echoPackage('wide', [FP32], ['batch', 'time']);
  role = await serve(testConfig([...echoes, pair, wide, 'digits/1']));
  port = role.ports.inference;
});
afterAll(async () => {
  await role.stop();
  removeTemporaryDirectories();
});

const infer = (model: string, sent: Sent) => send(port, model, sent);

describe('refused', () => {
  const four = rawBytes('FP32', [1]);
  const fp32 = (size: unknown, shape: readonly number[] = [1, 1], rest: object = {}) => ({
    inputs: [{ ...input('fp32', 'FP32', shape, size as number), ...rest }],
  });
  const bytes = (size: number, shape = [1, 1]) => ({ inputs: [input('bytes', 'BYTES', shape, size)] });
  const size = 'inputs[0].parameters.binary_data_size';
  const cases: readonly (readonly [string, string, Sent, string])[] = [
    ['a size that does not fit the shape', 'fp32', { json: fp32(8), raw: [four, four] }, size],
    ['a size that does not fit the dtype', 'fp32', { json: fp32(3), raw: [four.subarray(1)] }, size],
    ['a negative size', 'fp32', { json: fp32(-4), raw: [four] }, size],
    ['a fraction of a byte', 'fp32', { json: fp32(4.5), raw: [four] }, size],
    ['a size in words', 'fp32', { json: fp32('4'), raw: [four] }, size],
    ['a shape that asks for a terabyte', 'fp32', { json: fp32(4, [1e9, 1e3]), raw: [four] }, size],
    ['fewer bytes than announced', 'fp32', { json: fp32(4), raw: [four.subarray(1)] }, 'the body'],
    ['bytes behind the last tensor', 'fp32', { json: fp32(4), raw: [four, four] }, 'the body'],
    ['bytes nobody announced', 'fp32', { json: { inputs: [] }, raw: [four] }, 'the body'],
    ['data twice', 'fp32', { json: fp32(4, [1, 1], { data: [1] }), raw: [four] }, 'inputs[0].data'],
    [
      'text that ends early',
      'bytes',
      { json: bytes(5), raw: [Buffer.from([9, 0, 0, 0, 65])] },
      'inputs.bytes',
    ],
    ['half a length', 'bytes', { json: bytes(2), raw: [Buffer.from([1, 0])] }, 'inputs.bytes'],
    [
      'binary_data that is no truth',
      'fp32',
      { json: { ...fp32(4), outputs: [{ name: 'fp32-out', parameters: { binary_data: 1 } }] }, raw: [four] },
      'outputs[0].parameters.binary_data',
    ],
    [
      'binary_data_output that is no truth',
      'fp32',
      { json: { ...fp32(4), parameters: { binary_data_output: 'yes' } }, raw: [four] },
      'parameters.binary_data_output',
    ],
    ['parameters that are none', 'fp32', { json: { ...fp32(4), parameters: [] }, raw: [four] }, 'parameters'],
    [
      'shared memory',
      'fp32',
      {
        json: {
          inputs: [{ ...input('fp32', 'FP32', [1, 1], 4), parameters: { shared_memory_region: 'r' } }],
        },
      },
      'inputs[0].parameters.shared_memory_region',
    ],
    [
      'classification',
      'fp32',
      {
        json: { ...fp32(4), outputs: [{ name: 'fp32-out', parameters: { classification: 3 } }] },
        raw: [four],
      },
      'outputs[0].parameters.classification',
    ],
  ];

  test.each(cases)('%s', async (_, model, sent, at) => {
    const reply = await infer(model, sent);
    const { json } = parts(reply);
    expect([reply.status, json.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(json.problems.map((problem: { at: string }) => problem.at)).toContain(at);
    expect(json.error).toContain(json.problems[0].at);
  });

  test.each([
    ['longer than the body', 1000, 'the body has'],
    ['no number', 'ten', 'must be a number'],
    ['negative', -1, 'must be a number'],
    ['given twice', '10, 10', 'must be a number'],
  ])('a header length that is %s', async (_, length, text) => {
    const reply = await infer('fp32', { json: fp32(4), raw: [four], length });
    const { json } = parts(reply);
    expect([reply.status, json.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(json.error).toContain(text);
  });

  test('JSON that ends elsewhere than announced: the message says where to look', async () => {
    for (const length of [undefined, 20, JSON.stringify(fp32(4)).length + 2]) {
      const { json } = parts(
        await infer('fp32', { json: fp32(4), raw: [Buffer.from([0xff, 0xff, 0, 0])], length }),
      );
      expect(json.code).toBe('REQUEST_SYNTAX');
      if (length !== 20) expect(json.error).toContain('Inference-Header-Content-Length');
    }
  });

  test.each([
    ['a boolean of 2', 'bool', input('bool', 'BOOL', [1, 1], 1), Buffer.from([2]), 'INPUT_VALUE_TYPE'],
    [
      'bytes that are no text',
      'bytes',
      input('bytes', 'BYTES', [1, 1], 5),
      Buffer.from([1, 0, 0, 0, 255]),
      'INPUT_VALUE_TYPE',
    ],
    [
      'more texts than the shape says',
      'bytes',
      input('bytes', 'BYTES', [1, 1], 10),
      rawBytes('BYTES', ['a', 'b']),
      'INPUT_SHAPE',
    ],
    ['BF16 for a model of FP32', 'fp32', input('fp32', 'BF16', [1, 1], 2), Buffer.alloc(2), 'INPUT_DTYPE'],
  ])('%s', async (_, model, tensor, raw, code) => {
    const reply = await infer(model, { json: { inputs: [tensor] }, raw: [raw] });
    expect(reply.status).toBe(422);
    expect(parts(reply).json.problems).toMatchObject([{ code }]);
  });

  test.each([
    ['a model with several inputs', 'pair', Buffer.alloc(12), 400],
    ['a model with several open sizes', 'wide', Buffer.alloc(12), 400],
    ['half an element', 'fp32', Buffer.alloc(6), 400],
    ['half a row', 'digits', Buffer.alloc(100), 422],
    ['nothing', 'fp32', Buffer.alloc(0), 422],
  ])('nothing but raw bytes: %s', async (_, model, raw, status) => {
    expect((await infer(model, { json: '', raw: [raw], length: 0 })).status).toBe(status);
  });
});

test('any lengths and sizes at all are answered, and only true ones with 200', async () => {
  const floats = rawBytes('FP32', [1, 2, 3]);
  const json = (size: number, rows: number) =>
    JSON.stringify({ inputs: [input('fp32', 'FP32', [rows, 1], size)] });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(16),
      fc.nat(4),
      fc.integer({ min: -3, max: 3 }),
      fc.nat(12),
      async (size, rows, shift, sent) => {
        const text = json(size, rows);
        const reply = await infer('fp32', {
          json: text,
          raw: [floats.subarray(0, sent)],
          length: text.length + shift,
        });
        const sound = size === 4 * rows && rows > 0 && shift === 0 && sent === size;
        expect(reply.status === 200).toBe(sound);
        if (!sound) expect([400, 422]).toContain(reply.status);
      },
    ),
    {
      numRuns: 300,
      examples: [
        [12, 3, 0, 12],
        [4, 1, 0, 4],
      ],
    },
  );
});
