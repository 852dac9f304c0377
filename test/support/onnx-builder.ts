/** Writes small ONNX files, good and bad, without any ONNX library. Field numbers: onnx/onnx.proto. */

export const TYPES = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  COMPLEX64: 14,
  BFLOAT16: 16,
  FLOAT8: 17,
} as const;

export interface ValueSpec {
  readonly name: string;
  readonly type?: keyof typeof TYPES;
  /** null: a dimension the graph says nothing of. Undefined: not even the rank. */
  readonly shape?: readonly (number | string | null)[];
  readonly kind?: 'tensor' | 'sequence' | 'map' | 'optional';
}

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  /** Encoded AttributeProto messages. */
  readonly attributes?: readonly Buffer[];
}

export interface WeightSpec {
  readonly name: string;
  readonly dims?: readonly number[];
  readonly raw?: Buffer;
  readonly external?: Readonly<Record<string, string>>;
}

export interface GraphSpec {
  readonly inputs?: readonly ValueSpec[];
  readonly outputs?: readonly ValueSpec[];
  readonly nodes?: readonly NodeSpec[];
  readonly weights?: readonly WeightSpec[];
}

export interface ModelSpec extends GraphSpec {
  readonly irVersion?: number;
  readonly opsets?: Readonly<Record<string, number>>;
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const more = rest > 127n ? 128 : 0;
    bytes.push(Number(rest & 127n) | more);
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export const number = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);

export function bytes(field: number, value: Buffer | string): Buffer {
  const content = Buffer.from(value as string);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

export const message = (field: number, ...parts: readonly Buffer[]): Buffer =>
  bytes(field, Buffer.concat(parts));

const entry = (field: number, key: string, value: string): Buffer =>
  message(field, bytes(1, key), bytes(2, value));

function dimension(value: number | string | null): Buffer {
  if (value === null) return message(1);
  return message(1, typeof value === 'number' ? number(1, value) : bytes(2, value));
}

function valueInfo(field: number, { name, type = 'FLOAT', shape, kind = 'tensor' }: ValueSpec): Buffer {
  const tensor = message(
    1,
    number(1, TYPES[type]),
    ...(shape === undefined ? [] : [message(2, ...shape.map(dimension))]),
  );
  const types = {
    tensor,
    sequence: message(4, message(1, tensor)),
    map: message(5, number(1, TYPES.INT64), message(2, tensor)),
    optional: message(9, message(1, tensor)),
  };
  return message(field, bytes(1, name), message(2, types[kind]));
}

export function weight(field: number, { name, dims = [], raw, external }: WeightSpec): Buffer {
  return message(
    field,
    ...dims.map((size) => number(1, size)),
    number(2, TYPES.FLOAT),
    bytes(8, name),
    ...(raw === undefined ? [] : [bytes(9, raw)]),
    ...Object.entries(external ?? {}).map(([key, value]) => entry(13, key, value)),
    ...(external === undefined ? [] : [number(14, 1)]),
  );
}

function node({ op, inputs, outputs, domain = '', attributes = [] }: NodeSpec): Buffer {
  return message(
    1,
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, op),
    ...attributes,
    ...(domain === '' ? [] : [bytes(7, domain)]),
  );
}

/** GraphProto as field `field` of what encloses it: 7 in a model, 6 in an attribute. */
export function graph(
  field: number,
  { inputs = [], outputs = [], nodes = [], weights = [] }: GraphSpec,
): Buffer {
  return message(
    field,
    ...nodes.map(node),
    bytes(2, 'graph'),
    ...weights.map((spec) => weight(5, spec)),
    ...inputs.map((spec) => valueInfo(11, spec)),
    ...outputs.map((spec) => valueInfo(12, spec)),
  );
}

export function onnx(spec: ModelSpec = identity()): Buffer {
  const { irVersion = 9, opsets = { '': 17 }, producer = 'test', metadata = {} } = spec;
  return Buffer.concat([
    number(1, irVersion),
    bytes(2, producer),
    graph(7, spec),
    ...Object.entries(opsets).map(([domain, version]) => message(8, bytes(1, domain), number(2, version))),
    ...Object.entries(metadata).map(([key, value]) => entry(14, key, value)),
  ]);
}

/** `scores` as they came in: the smallest model that runs. */
export function identity(change: ModelSpec = {}): ModelSpec {
  return {
    inputs: [{ name: 'features', shape: ['batch', 2] }],
    outputs: [{ name: 'scores', shape: ['batch', 2] }],
    nodes: [{ op: 'Identity', inputs: ['features'], outputs: ['scores'] }],
    ...change,
  };
}
