import type { Dtype, Tensor, TensorData } from '../../../contract';
import type { InputProblems } from '../../../inference';
import { decodeUtf8 } from '../wire/wire-reader';
import type { FormProblems } from './form-problems';
import { type NumericData, numericType } from './tensor-types';

const LENGTH_BYTES = 4;

/** Where to report what is wrong with one tensor. */
export interface ContentsProblems {
  /** For example `inputs.features`. */
  readonly at: string;
  readonly form: FormProblems;
  readonly values: InputProblems;
}

/**
 * Reads raw_input_contents: little-endian elements without gaps; BYTES with a 4-byte length before each.
 * Numbers are not copied when they happen to lie aligned in the message.
 *
 * Source: https://github.com/kserve/open-inference-protocol, open_inference_grpc.proto (raw_input_contents), and
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
export function readRawContents(dtype: Dtype, raw: Buffer, problems: ContentsProblems): TensorData {
  const type = numericType(dtype);
  if (type === undefined) return readTexts(raw, problems);
  const size = type.Data.BYTES_PER_ELEMENT;
  if (raw.byteLength % size !== 0) {
    problems.form.add(problems.at, `${raw.byteLength} raw bytes`, `whole ${dtype} elements of ${size} bytes`);
    return new type.Data(0);
  }
  const length = raw.byteLength / size;
  const aligned = raw.byteOffset % size === 0;
  const data = aligned
    ? new type.Data(raw.buffer, raw.byteOffset, length)
    : new type.Data(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength), 0, length);
  if (dtype === 'BOOL') checkBools(data as Uint8Array, problems);
  return data;
}

/** The engine takes any byte for a boolean; what it makes of a 2 is undefined. */
function checkBools(data: Uint8Array, { at, values }: ContentsProblems): void {
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

function readTexts(raw: Buffer, { at, form, values }: ContentsProblems): string[] {
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
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    const rest = { allowed: 'text in UTF-8', remedy: 'Encode the bytes as text, for example in base64.' };
    values.add('INPUT_VALUE_TYPE', `${at}[element ${index}]`, 'not a value of the datatype', rest);
  }
  return text ?? '';
}

/** The bytes of a tensor as raw_output_contents carry them; numbers are not copied. */
export function rawContents({ dtype, data }: Tensor): Uint8Array {
  if (dtype === 'BYTES') return rawTexts(data as string[]);
  const numbers = data as NumericData;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function rawTexts(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const raw = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length + LENGTH_BYTES, 0));
  let offset = 0;
  texts.forEach((text, i) => {
    offset = raw.writeUInt32LE(lengths[i]!, offset);
    offset += raw.write(text, offset, 'utf8');
  });
  return raw;
}
