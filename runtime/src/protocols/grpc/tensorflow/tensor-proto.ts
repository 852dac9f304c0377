import type { Dtype, Tensor, TensorData } from '../../../contract';
import {
  numericData,
  readTensorBytes,
  type TensorProblems,
  textElement,
} from '../../../inference/tensor-bytes';
import type { MessageValue } from '../schema/message';
import type { TensorProto } from './predict-messages';

type Proto = MessageValue<typeof TensorProto>;
type ListField = Exclude<keyof Proto, 'dtype' | 'tensor_shape' | 'tensor_content'>;

interface TypeEntry {
  /** Number in DataType. */
  readonly number: number;
  /** The list that carries its elements. */
  readonly list: ListField;
}

const TYPES: Readonly<Record<Dtype, TypeEntry>> = {
  FP32: { number: 1, list: 'float_val' },
  FP64: { number: 2, list: 'double_val' },
  INT32: { number: 3, list: 'int_val' },
  UINT8: { number: 4, list: 'int_val' },
  INT16: { number: 5, list: 'int_val' },
  INT8: { number: 6, list: 'int_val' },
  BYTES: { number: 7, list: 'string_val' },
  INT64: { number: 9, list: 'int64_val' },
  BOOL: { number: 10, list: 'bool_val' },
  BF16: { number: 14, list: 'half_val' },
  UINT16: { number: 17, list: 'int_val' },
  FP16: { number: 19, list: 'half_val' },
  UINT32: { number: 22, list: 'uint32_val' },
  UINT64: { number: 23, list: 'uint64_val' },
};

const BY_NUMBER: ReadonlyMap<number, Dtype> = new Map(
  Object.entries(TYPES).map(([dtype, { number }]) => [number, dtype as Dtype]),
);

/** Reads a tensor: raw bytes, or the list of its type. Undefined when it was reported why there is none. */
export function readTensorProto(name: string, proto: Proto, problems: TensorProblems): Tensor | undefined {
  const dtype = BY_NUMBER.get(proto.dtype);
  if (dtype === undefined) {
    problems.form.add(`${problems.at}.dtype`, `DataType ${proto.dtype}`, [...BY_NUMBER.keys()].join(', '));
    return undefined;
  }
  const shape = (proto.tensor_shape?.dim ?? []).map(({ size }) => Number(size));
  if (shape.some((size) => size < 0)) problems.form.add(`${problems.at}.tensor_shape`, shape, 'known sizes');
  return { name, dtype, shape, data: readElements(dtype, proto, problems) };
}

function readElements(dtype: Dtype, proto: Proto, problems: TensorProblems): TensorData {
  const list = proto[TYPES[dtype].list];
  if (dtype === 'BYTES') {
    const texts = list as readonly Uint8Array[];
    return texts.map((text, i) => textElement(Buffer.from(text), i, problems.at, problems.values));
  }
  const { tensor_content: content } = proto;
  if (content.length > 0) {
    const raw = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    return readTensorBytes(dtype, raw, problems);
  }
  return readList(dtype, list as readonly (number | bigint | boolean)[], problems);
}

/** The format has one 32-bit list for all small integers: what does not fit is refused, not cut. */
function readList(
  dtype: Dtype,
  list: readonly (number | bigint | boolean)[],
  { at, values }: TensorProblems,
): TensorData {
  const data = new (numericData(dtype)!)(list.length) as Int32Array;
  list.forEach((element, i) => {
    const value = (typeof element === 'boolean' ? Number(element) : element) as number;
    data[i] = value;
    if (dtype === 'FP32' || dtype === 'FP64' || data[i] === value) return;
    const rest = {
      got: String(value),
      allowed: `a whole number that fits ${dtype}`,
      remedy: 'Correct the value.',
    };
    values.add('INPUT_VALUE_TYPE', `${at}[element ${i}]`, 'not a value of the datatype', rest);
  });
  return data;
}

/** Writes a tensor with the list of its type, as TensorFlow Serving answers unless it is told otherwise. */
export function writeTensorProto({ dtype, shape, data }: Tensor): Partial<Proto> {
  const { number, list } = TYPES[dtype];
  return {
    dtype: number,
    tensor_shape: { dim: shape.map((size) => ({ size: BigInt(size) })) },
    [list]: elements(dtype, data),
  };
}

function elements(dtype: Dtype, data: TensorData): unknown[] {
  if (dtype === 'BYTES') return (data as string[]).map((text) => Buffer.from(text));
  if (dtype === 'BOOL') return Array.from(data as Uint8Array, (bit) => bit !== 0);
  return Array.from<unknown>(data as Int32Array);
}
