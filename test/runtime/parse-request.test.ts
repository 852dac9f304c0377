import fc from 'fast-check';
import { DTYPES, type Dtype, type TensorData } from '../../runtime/src/contract';
import { elementCodec } from '../../runtime/src/inference';
import { parseInferRequest, scanRequest } from '../../runtime/src/protocols/http/parse-request';

type Json = ReturnType<typeof JSON.parse>;

/** By the scanner, however small the text. */
const parse = (text: string): Json => scanRequest(Buffer.from(text)) ?? JSON.parse(text);
const request = (dtype: string, shape: readonly number[], data: string, rest = '') =>
  `{"inputs":[{"name":"x","datatype":"${dtype}","shape":[${shape.join(',')}],"data":${data}${rest}}]}`;
const dataOf = (text: string): unknown => parse(text).inputs[0].data;

/** What a number is in a dtype, by way of JSON.parse; undefined when it does not fit. */
function expected(dtype: Dtype, text: string): unknown {
  const codec = elementCodec(dtype)!;
  const data = codec.allocate(1);
  const exact = /^-?\d+$/.test(text) && /INT64/.test(dtype) ? text : JSON.parse(text);
  return codec.set(data, 0, exact) ? data[0] : undefined;
}

const digits = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength }).map((list) => list.join(''));
const whole = digits(28).map((text) => text.replace(/^0+(?=.)/, ''));
const optional = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), text);
const exponent = fc
  .tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.integer({ min: 0, max: 70 }))
  .map(([e, size]) => `${e}${size}`);
const anyNumber = fc
  .tuple(fc.constantFrom('', '-'), whole, optional(digits(28).map((text) => `.${text}`)), optional(exponent))
  .map((parts) => parts.join(''));
/** As clients write them: the shortest text of a double, of an FP32 as a double, of a pixel. */
const usualNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.integer({ min: -200, max: 300 }).map(String),
  fc.bigInt(-(2n ** 65n), 2n ** 65n).map(String),
);
const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n  ');
const numeric = DTYPES.filter((dtype) => !['BOOL', 'BYTES', 'FP64'].includes(dtype));

test('every number is what JSON.parse makes of it; 64-bit integers have all their digits', () => {
  const value = fc.oneof(anyNumber, usualNumber);
  fc.assert(
    fc.property(fc.constantFrom(...numeric), value, space, (dtype, text, gap) => {
      const data = dataOf(request(dtype, [1], `[${gap}${text}${gap}]`));
      const want = expected(dtype, text);
      if (want === undefined) expect(data).toEqual([JSON.parse(text)]);
      else expect(data).toEqual(elementsOf(dtype, [want]));
    }),
    { numRuns: 5_000 },
  );
});

function elementsOf(dtype: Dtype, values: readonly unknown[]): TensorData {
  const data = elementCodec(dtype)!.allocate(values.length);
  values.forEach((value, i) => {
    (data as unknown[])[i] = value;
  });
  return data;
}

test('numbers next to the border between two FP32 go to the side where they lie', () => {
  const next = (value: number) => {
    const bits = new Uint32Array(Float32Array.of(value).buffer);
    return new Float32Array(Uint32Array.of(bits[0]! + 1).buffer)[0]!;
  };
  const positive = fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true });
  fc.assert(
    fc.property(
      positive,
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: 15, max: 28 }),
      (low, ulps, n) => {
        const border = (low + next(low)) / 2;
        for (const text of [border.toPrecision(n), (border * (1 + ulps * 2 ** -52)).toPrecision(n)]) {
          expect(dataOf(request('FP32', [1], `[${text}]`))).toEqual(Float32Array.of(JSON.parse(text)));
        }
      },
    ),
    { numRuns: 5_000 },
  );
});

test('arrays are read flat or nested as the shape says, and only so', () => {
  const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shapes, fc.boolean(), space, (shape, nested, gap) => {
      const count = shape.reduce((all, size) => all * size, 1);
      let next = 0;
      const build = (axis: number): unknown =>
        axis === shape.length ? next++ : Array.from({ length: shape[axis]! }, () => build(axis + 1));
      const data = nested ? build(0) : Array.from({ length: count }, (_, i) => i);
      const text = JSON.stringify(data).replaceAll(',', `${gap},${gap}`).replaceAll(']', `${gap}]`);
      const got = dataOf(request('INT32', shape, text));
      if (count > 0) expect(got).toEqual(Int32Array.from({ length: count }, (_, i) => i));
      else expect(got).toEqual(ArrayBuffer.isView(got) ? new Int32Array(0) : data);
    }),
    { numRuns: 2_000 },
  );
});

/** Typed arrays as the lists JSON.parse gives, for whoever compares. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, entry) =>
      ArrayBuffer.isView(entry) ? Array.from(entry as Float64Array) : entry,
    ),
  );
}

function outcome(run: () => unknown): unknown {
  try {
    return plain(run());
  } catch (error) {
    return (error as Error).name;
  }
}

const single = (value: unknown) => (typeof value === 'number' ? Math.fround(value) : value);

const flatten = (value: unknown): unknown => {
  const body = value as { inputs?: { data?: unknown[] }[] };
  if (!Array.isArray(body?.inputs)) return value;
  const inputs = body.inputs.map((input) =>
    Array.isArray(input?.data) ? { ...input, data: input.data.flat(8).map(single) } : input,
  );
  return { ...body, inputs };
};

test('any change of the text is judged as JSON.parse judges it', () => {
  const texts = [
    request('FP32', [2, 2], '[[1.5,-2],[3e2,0.25]]'),
    request('INT32', [3], '[ 1, 22 ,333 ]', ',"parameters":{"data":[1]}'),
    `{"id":"a\\"b","inputs":[{"name":"data","data":[7,8],"datatype":"FP32","shape":[2]},{"name":"t","datatype":"BYTES","shape":[1],"data":["\\\\"]}],"outputs":[{"name":"y","data":[1]}]}`,
  ];
  const characters = '[]{}",:0123456789.eE+- \\\n\tdatx'.split('');
  const edit = fc.tuple(
    fc.nat(),
    fc.constantFrom('cut', 'insert', 'replace', 'double'),
    fc.constantFrom(...characters),
  );
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { maxLength: 3 }), (text, edits) => {
      let changed = text;
      for (const [position, kind, c] of edits) {
        const at = position % (changed.length + 1);
        const rest = changed.slice(kind === 'insert' ? at : at + 1);
        if (kind === 'double') changed = changed.slice(0, at) + changed.slice(at, at + 9) + changed.slice(at);
        else changed = changed.slice(0, at) + (kind === 'cut' ? '' : c) + rest;
      }
      const want = outcome(() => flatten(JSON.parse(changed)));
      expect(outcome(() => flatten(parse(changed)))).toEqual(want);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['data before its datatype', '{"inputs":[{"data":[1,2],"shape":[2],"datatype":"FP32","name":"x"}]}'],
  [
    'white space everywhere',
    '{ "inputs" : [ { "shape" : [ 2 ] , "datatype" : "FP32" , "data" : [ 1 , 2 ] } ] }',
  ],
  [
    'text with brackets and quotes beside it',
    '{"id":"]\\"[","inputs":[{"datatype":"FP32","shape":[2],"data":[1,2]}]}',
  ],
])('%s: the elements are read', (_, text) => {
  expect(dataOf(text)).toEqual(Float32Array.of(1, 2));
});

test.each([
  ['the same key twice', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[1],"data":[2]}]}'],
  [
    'the list of tensors twice',
    '{"inputs":[{"data":[1]}],"inputs":[{"datatype":"FP32","shape":[1],"data":[2]}]}',
  ],
  ['a key with an escape', '{"inputs":[{"datatype":"FP32","shape":[1],"d\\u0061ta":[2]}]}'],
  ['a number instead of a list', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[1]},{"data":0}]}'],
  ['numbers where text is due', '{"inputs":[{"datatype":"BYTES","shape":[1],"data":[1]}]}'],
  ['too few numbers', '{"inputs":[{"datatype":"FP32","shape":[3],"data":[1,2]}]}'],
  ['a number that does not fit', '{"inputs":[{"datatype":"UINT8","shape":[2],"data":[1,256]}]}'],
  ['a missing value', '{"inputs":[{"datatype":"FP32","shape":[2],"data":[1,null]}]}'],
  [
    'a shape that asks for a terabyte',
    '{"inputs":[{"datatype":"FP32","shape":[1000000,1000000],"data":[1]}]}',
  ],
  ['FP64', '{"inputs":[{"datatype":"FP64","shape":[1],"data":[1]}]}'],
  ['no tensors', '{"inputs":7}'],
  ['tensors elsewhere', '{"rows":[{"data":[1,2]}]}'],
])('%s: left to JSON.parse', (_, text) => {
  expect(parse(text)).toEqual(JSON.parse(text));
});

test.each([
  ['a number glued to an array', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[1]5}]}'],
  ['an array nobody reads that is none', '{"inputs":[],"outputs":[{"data":[1,,2]}]}'],
  ['a zero in front', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[01]}]}'],
  ['a point without digits', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[1.]}]}'],
  ['a plus in front', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[+1]}]}'],
  ['NaN', '{"inputs":[{"datatype":"FP32","shape":[1],"data":[NaN]}]}'],
])('%s is no JSON', (_, text) => {
  expect(() => parse(text)).toThrow(SyntaxError);
});

test('small texts are left to JSON.parse, but for long integers', () => {
  const read = (text: string): Json => (parseInferRequest(Buffer.from(text)) as Json).inputs[0].data;
  expect(read(request('INT64', [2], '[1,2]'))).toEqual([1, 2]);
  expect(read(request('INT64', [2], '[1,9007199254740993]'))).toEqual(
    BigInt64Array.of(1n, 9007199254740993n),
  );
  expect(read(request('UINT64', [1], '[18446744073709551615]'))).toEqual(BigUint64Array.of(2n ** 64n - 1n));
  expect(read(request('UINT64', [1], '[18446744073709551616]'))).toEqual([2 ** 64]);
  const many = Array.from({ length: 2000 }, (_, i) => i / 8);
  expect(read(request('FP32', [2000], JSON.stringify(many)))).toEqual(Float32Array.from(many));
});
