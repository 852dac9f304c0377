import type { Tensor } from '../../runtime/src/contract';
import { RequestError } from '../../runtime/src/errors';
import { decodeInferRequest } from '../../runtime/src/protocols/grpc/infer/decode-infer-request';
import { ModelInferRequest } from '../../runtime/src/protocols/grpc/messages/infer-messages';
import type { MessageValue } from '../../runtime/src/protocols/grpc/schema/message';
import { WireWriter } from '../../runtime/src/protocols/grpc/wire/wire-writer';
import { fixtureBytes } from './support/fixture';

type Value = MessageValue<typeof ModelInferRequest>;

const TEXTS = ['', 'one', 'zw\u00f6lf \u{1f600}'];
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** What both fixtures hold, in one form or the other. */
const SHARED: readonly (readonly [string, Tensor['data']])[] = [
  ['bool', Uint8Array.of(1, 0, 1)],
  ['int8', Int8Array.of(-128, 127)],
  ['int16', Int16Array.of(-32768, 32767)],
  ['int32', Int32Array.of(-2147483648, 2147483647)],
  ['int64', BigInt64Array.of(LOWEST, -1n, HIGHEST)],
  ['uint8', Uint8Array.of(0, 255)],
  ['uint16', Uint16Array.of(65535)],
  ['uint32', Uint32Array.of(4294967295)],
  ['uint64', BigUint64Array.of(0n, 2n ** 64n - 1n)],
  ['fp64', Float64Array.of(1 / 3, -1e300)],
  ['text', TEXTS],
];

function data(request: { readonly inputs: readonly Tensor[] }, name: string): Tensor['data'] {
  return request.inputs.find((input) => input.name === name)!.data;
}

describe('what the reference implementation encodes', () => {
  test('typed contents of every dtype', () => {
    const request = decodeInferRequest(fixtureBytes('typedRequest'));
    expect(request).toMatchObject({
      model: 'm',
      version: '2',
      id: 'typed-1',
      raw: false,
      outputs: undefined,
    });
    for (const [name, expected] of SHARED) expect([name, data(request, name)]).toEqual([name, expected]);
    expect(data(request, 'fp32')).toEqual(Float32Array.of(1.5, -0.25, 0, 3.0e38));
    expect(request.inputs.find(({ name }) => name === 'fp32')).toMatchObject({
      dtype: 'FP32',
      shape: [2, 2],
    });
  });

  test('raw contents of every dtype', () => {
    const request = decodeInferRequest(fixtureBytes('rawRequest'));
    expect(request).toMatchObject({ version: undefined, id: 'raw-1', raw: true, outputs: ['a', 'b'] });
    for (const [name, expected] of SHARED) expect([name, data(request, name)]).toEqual([name, expected]);
    expect(data(request, 'fp32')).toEqual(Float32Array.of(1.5, -0.25));
    expect(data(request, 'fp16')).toEqual(Uint16Array.of(0x3e00, 0xc000));
    expect(data(request, 'bf16')).toEqual(Uint16Array.of(0x3fc0, 0xc000));
  });

  test('parameters of every kind do not get in the way', () => {
    const request = decodeInferRequest(fixtureBytes('parameters'));
    expect(request.inputs).toEqual([{ name: 'x', dtype: 'FP32', shape: [], data: Float32Array.of(2.5) }]);
  });
});

test('raw numbers are views where they lie aligned, copies elsewhere, and equal in both cases', () => {
  const bytes = ModelInferRequest.encode({
    model_name: 'm',
    inputs: [tensor('x', 'FP64', [2])],
    raw_input_contents: [Buffer.from(Float64Array.of(0.1, -7).buffer)],
  });
  const shared = new Set<boolean>();
  for (let shift = 0; shift < 8; shift++) {
    const moved = Buffer.alloc(bytes.length + shift);
    bytes.copy(moved, shift);
    const found = data(decodeInferRequest(moved.subarray(shift)), 'x') as Float64Array;
    expect(found).toEqual(Float64Array.of(0.1, -7));
    shared.add(found.buffer === moved.buffer);
  }
  expect(shared).toEqual(new Set([true, false]));
});

test('numbers that are not packed, in parts, with unknown fields around them', () => {
  const contents = (field: number, write: (writer: WireWriter) => void) => {
    const writer = new WireWriter();
    writer.stringField(900, 'unknown');
    write(writer);
    writer.uint32Field(field + 100, 5);
    return writer.finish();
  };
  const request = new WireWriter();
  request.stringField(1, 'm');
  request.nested(5, () => {
    request.stringField(1, 'x');
    request.stringField(2, 'FP32');
    request.uint32Field(3, 3);
    request.bytesField(
      5,
      contents(6, (writer) => {
        writer.floatField(6, 1);
        writer.floatField(6, 2);
      }),
    );
    request.bytesField(
      5,
      contents(6, (writer) => writer.nested(6, () => writer.float(3))),
    );
  });
  expect(data(decodeInferRequest(request.finish()), 'x')).toEqual(Float32Array.of(1, 2, 3));
});

test('an empty list of another type beside the contents says nothing', () => {
  const writer = new WireWriter();
  writer.nested(5, () => {
    writer.stringField(1, 'x');
    writer.stringField(2, 'INT8');
    writer.nested(5, () => {
      writer.bytesField(6, new Uint8Array(0));
      writer.bytesField(2, Uint8Array.of(1, 2));
    });
  });
  expect(data(decodeInferRequest(writer.finish()), 'x')).toEqual(Int8Array.of(1, 2));
});

test('the parameter binary_data_output asks for raw outputs', () => {
  const parameters = new Map([['binary_data_output', parameter({ bool_param: true })]]);
  expect(decodeInferRequest(ModelInferRequest.encode({ parameters })).raw).toBe(true);
});

describe('refused', () => {
  const refused: readonly (readonly [string, Partial<Value>, string, string])[] = [
    [
      'fewer raw entries than inputs',
      { inputs: [tensor('x', 'FP32', [1]), tensor('y', 'FP32', [1])], raw_input_contents: [Buffer.alloc(4)] },
      'REQUEST_INVALID',
      'raw_input_contents',
    ],
    [
      'contents besides raw entries',
      {
        inputs: [{ ...tensor('x', 'FP32', [1]), contents: contents({ fp32_contents: [1] }) }],
        raw_input_contents: [Buffer.alloc(4)],
      },
      'REQUEST_INVALID',
      'inputs[0].contents',
    ],
    ['an unknown datatype', { inputs: [tensor('x', 'FP8', [1])] }, 'REQUEST_INVALID', 'inputs[0].datatype'],
    ['a tensor without a name', { inputs: [tensor('', 'FP32', [1])] }, 'REQUEST_INVALID', 'inputs[0].name'],
    ['a negative size', { inputs: [tensor('x', 'FP32', [-1])] }, 'REQUEST_INVALID', 'inputs[0].shape'],
    [
      'half an element',
      { inputs: [tensor('x', 'FP32', [1])], raw_input_contents: [Buffer.alloc(6)] },
      'REQUEST_INVALID',
      'inputs.x',
    ],
    [
      'a text that ends early',
      { inputs: [tensor('x', 'BYTES', [1])], raw_input_contents: [Buffer.from([9, 0, 0, 0, 65])] },
      'REQUEST_INVALID',
      'inputs.x',
    ],
    [
      'half a length',
      { inputs: [tensor('x', 'BYTES', [1])], raw_input_contents: [Buffer.from([1, 0])] },
      'REQUEST_INVALID',
      'inputs.x',
    ],
    [
      'bytes that are no text',
      { inputs: [tensor('x', 'BYTES', [1])], raw_input_contents: [Buffer.from([1, 0, 0, 0, 0xff])] },
      'INPUT_INVALID',
      'inputs.x[element 0]',
    ],
    [
      'typed bytes that are no text',
      {
        inputs: [
          { ...tensor('x', 'BYTES', [1]), contents: contents({ bytes_contents: [Buffer.from([0xff])] }) },
        ],
      },
      'INPUT_INVALID',
      'inputs.x[element 0]',
    ],
    [
      'a boolean of 2',
      { inputs: [tensor('x', 'BOOL', [1])], raw_input_contents: [Buffer.from([2])] },
      'INPUT_INVALID',
      'inputs.x[element 0]',
    ],
    [
      'a number too large for INT8',
      { inputs: [{ ...tensor('x', 'INT8', [1]), contents: contents({ int_contents: [1, 128] }) }] },
      'INPUT_INVALID',
      'inputs.x[element 1]',
    ],
    [
      'typed 16-bit floats',
      { inputs: [{ ...tensor('x', 'FP16', [1]), contents: contents({ fp32_contents: [1] }) }] },
      'REQUEST_INVALID',
      'inputs.x',
    ],
    [
      'contents of another type',
      { inputs: [{ ...tensor('x', 'FP32', [1]), contents: contents({ fp64_contents: [1] }) }] },
      'REQUEST_INVALID',
      'inputs.x',
    ],
    [
      'texts for numbers',
      {
        inputs: [{ ...tensor('x', 'FP32', [1]), contents: contents({ bytes_contents: [Buffer.alloc(0)] }) }],
      },
      'REQUEST_INVALID',
      'inputs.x',
    ],
    ['an output twice', { outputs: [output('a'), output('a')] }, 'REQUEST_INVALID', 'outputs'],
    [
      'shared memory',
      {
        inputs: [
          {
            ...tensor('x', 'FP32', [1]),
            parameters: new Map([['shared_memory_region', parameter({ string_param: 'r' })]]),
          },
        ],
      },
      'REQUEST_INVALID',
      'inputs[0].parameters.shared_memory_region',
    ],
    [
      'classification',
      {
        outputs: [
          { ...output('a'), parameters: new Map([['classification', parameter({ int64_param: 3n })]]) },
        ],
      },
      'REQUEST_INVALID',
      'outputs[0].parameters.classification',
    ],
    [
      'too many dimensions',
      { inputs: [tensor('x', 'FP32', Array(33).fill(1))] },
      'REQUEST_SYNTAX',
      'dimensions',
    ],
    [
      'a size beyond 53 bits',
      { inputs: [{ ...tensor('x', 'FP32', []), shape: [2n ** 60n] }] },
      'REQUEST_SYNTAX',
      '53 bits',
    ],
    [
      'thousands of empty tensors',
      { inputs: Array(4097).fill(tensor('', '', [])) },
      'REQUEST_SYNTAX',
      'inputs has more than 4096',
    ],
  ];

  test.each(refused)('%s', (_, value, code, at) => {
    const error = refusal(() => decodeInferRequest(ModelInferRequest.encode(value)));
    expect(error.code).toBe(code);
    expect(error.grpc).toBe('INVALID_ARGUMENT');
    expect(error.problems[0]?.at ?? error.message).toContain(at);
  });

  test('every problem at once', () => {
    const value = { inputs: [tensor('x', 'FP8', [-1]), tensor('', 'FP32', [1])] };
    const error = refusal(() => decodeInferRequest(ModelInferRequest.encode(value)));
    expect(error.problems.map((problem) => problem.at)).toEqual([
      'inputs[0].datatype',
      'inputs[0].shape',
      'inputs[1].name',
    ]);
  });
});

function refusal(run: () => unknown): RequestError {
  try {
    run();
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('not refused');
}

function tensor(name: string, datatype: string, shape: readonly number[]): Value['inputs'][number] {
  return { name, datatype, shape: shape.map(BigInt), parameters: new Map(), contents: undefined };
}

function output(name: string): Value['outputs'][number] {
  return { name, parameters: new Map() };
}

type Contents = NonNullable<Value['inputs'][number]['contents']>;
function contents(filled: Partial<Contents>): Contents {
  return {
    bool_contents: [],
    int_contents: [],
    int64_contents: [],
    uint_contents: [],
    uint64_contents: [],
    fp32_contents: [],
    fp64_contents: [],
    bytes_contents: [],
    ...filled,
  };
}

type Parameter = Value['parameters'] extends Map<string, infer P> ? P : never;
function parameter(filled: Partial<Parameter>): Parameter {
  return {
    bool_param: undefined,
    int64_param: undefined,
    string_param: undefined,
    double_param: undefined,
    uint64_param: undefined,
    ...filled,
  };
}
