import { isUtf8 } from 'node:buffer';
import type { Dtype, Tensor, TensorData } from '../contract';
import type { FormProblems } from './form-problems';
import type { InputProblems } from './input-problems';

export type NumericData = Exclude<TensorData, string[]>;

export interface NumericDataConstructor {
  new (length: number): NumericData;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericData;
  readonly BYTES_PER_ELEMENT: number;
}

const NUMERIC_DATA: Readonly<Record<Exclude<Dtype, 'BYTES'>, NumericDataConstructor>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

/** How a numeric dtype lies in memory; undefined for BYTES. */
export function numericData(dtype: Dtype): NumericDataConstructor | undefined {
  return dtype === 'BYTES' ? undefined : NUMERIC_DATA[dtype];
}

/** Where to report what is wrong with one tensor. */
export interface TensorProblems {
  /** For example `inputs.features`. */
  readonly at: string;
  readonly form: FormProblems;
  readonly values: InputProblems;
}

const LENGTH_BYTES = 4;
const REPLACEMENT = '\ufffd';

/**
 * Reads the raw bytes of a tensor: little-endian elements without gaps; BYTES with a 4-byte length before each. Numbers
 * are not copied when they lie aligned: the tensor is then a view of the message.
 *
 * Source: https://github.com/kserve/open-inference-protocol, open_inference_grpc.proto (raw_input_contents), and
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
export function readTensorBytes(dtype: Dtype, raw: Buffer, problems: TensorProblems): TensorData {
  const Data = numericData(dtype);
  if (Data === undefined) return readTexts(raw, problems);
  const size = Data.BYTES_PER_ELEMENT;
  if (raw.byteLength % size !== 0) {
    problems.form.add(problems.at, `${raw.byteLength} raw bytes`, `whole ${dtype} elements of ${size} bytes`);
    return new Data(0);
  }
  const length = raw.byteLength / size;
  const aligned = raw.byteOffset % size === 0;
  const data = aligned
    ? new Data(raw.buffer, raw.byteOffset, length)
    : new Data(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength), 0, length);
  if (dtype === 'BOOL') checkBools(data as Uint8Array, problems);
  return data;
}

/** The engine takes any byte for a boolean; what it makes of a 2 is undefined. */
function checkBools(data: Uint8Array, { at, values }: TensorProblems): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i]! <= 1) continue;
    const rest = {
      got: String(data[i]),
      allowed: '0 or 1',
      remedy: 'Send one byte, 0 or 1, for each element.',
    };
    values.add('INPUT_VALUE_TYPE', `${at}[element ${i}]`, 'not a value of the datatype', rest);
  }
}

function readTexts(raw: Buffer, { at, form, values }: TensorProblems): string[] {
  const texts: string[] = [];
  for (let offset = 0; offset < raw.length; ) {
    const start = offset + LENGTH_BYTES;
    const end = start <= raw.length ? start + raw.readUInt32LE(offset) : Number.POSITIVE_INFINITY;
    if (end > raw.length) {
      const got = `element ${texts.length} ends behind the ${raw.length} bytes`;
      form.add(at, got, 'elements with a 4-byte little-endian length before each');
      return texts;
    }
    texts.push(textElement(raw.subarray(start, end), texts.length, at, values));
    offset = end;
  }
  return texts;
}

/** Models take text: bytes that are none would be changed on their way, so they are refused. */
export function textElement(bytes: Buffer, index: number, at: string, values: InputProblems): string {
  const text = bytes.toString('utf8');
  // A replacement character is what bytes that are no text become, unless it was there before.
  if (!text.includes(REPLACEMENT) || isUtf8(bytes)) return text;
  const rest = { allowed: 'text in UTF-8', remedy: 'Encode the bytes as text, for example in base64.' };
  values.add('INPUT_VALUE_TYPE', `${at}[element ${index}]`, 'not a value of the datatype', rest);
  return '';
}

/** The bytes of a tensor, as `readTensorBytes` reads them; numbers are not copied. */
export function tensorBytes({ dtype, data }: Pick<Tensor, 'dtype' | 'data'>): Uint8Array {
  if (dtype === 'BYTES') return textBytes(data as string[]);
  const numbers = data as NumericData;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function textBytes(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const raw = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length + LENGTH_BYTES, 0));
  let offset = 0;
  texts.forEach((text, i) => {
    offset = raw.writeUInt32LE(lengths[i]!, offset);
    offset += raw.write(text, offset, 'utf8');
  });
  return raw;
}
