import type { Dtype, TensorData } from '../../../contract';
import {
  type NumericData,
  numericData,
  type TensorProblems,
  textElement,
} from '../../../inference/tensor-bytes';
import { LENGTH } from '../wire/wire-error';
import { WireReader } from '../wire/wire-reader';
import { CONTENTS_FIELDS, type ContentsField, contentsField } from './tensor-types';

type SmallInteger = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/**
 * Reads InferTensorContents straight into the memory of the tensor. Every field but the one of the dtype must be empty.
 *
 * @param parts the message; in several parts when it came several times, which the format merges.
 */
export function readTypedContents(
  dtype: Dtype,
  parts: readonly Buffer[],
  problems: TensorProblems,
): TensorData {
  const field = contentsField(dtype);
  if (field === undefined) {
    const remedy = 'Send this tensor, and all others of the request, in raw_input_contents.';
    problems.form.add(problems.at, `${dtype} in contents`, 'raw_input_contents', remedy);
    return new Uint16Array(0);
  }
  if (field.kind === 'bytes') return readTexts(parts, field, problems);
  return readNumbers(dtype, parts, field, problems);
}

/** Calls `read` at each occurrence of the field. */
function eachOccurrence(
  parts: readonly Buffer[],
  field: ContentsField,
  { at, form }: TensorProblems,
  read: (reader: WireReader) => void,
): void {
  for (const part of parts) {
    const reader = new WireReader(part);
    for (let number = reader.next(); number !== 0; number = reader.next()) {
      if (number === field.number) {
        read(reader);
        continue;
      }
      const other = CONTENTS_FIELDS.find((candidate) => candidate.number === number);
      if (!skipsEmpty(reader, number, other) && other !== undefined) form.add(at, other.name, field.name);
    }
  }
}

/** An empty list of numbers, written although it need not be, says nothing. */
function skipsEmpty(reader: WireReader, number: number, field: ContentsField | undefined): boolean {
  if (reader.wireType === LENGTH && field?.kind !== 'bytes') return reader.bytes().length === 0;
  reader.skip(number);
  return false;
}

function readTexts(parts: readonly Buffer[], field: ContentsField, problems: TensorProblems): string[] {
  const texts: string[] = [];
  eachOccurrence(parts, field, problems, (reader) => {
    texts.push(textElement(reader.bytes(), texts.length, problems.at, problems.values));
  });
  return texts;
}

/** An element takes at least a byte, or its size when that is fixed: enough room for all is known beforehand. */
function readNumbers(
  dtype: Dtype,
  parts: readonly Buffer[],
  field: ContentsField,
  problems: TensorProblems,
): TensorData {
  const Data = numericData(dtype)!;
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const room = new Data(field.kind === 'fixed' ? Math.floor(bytes / Data.BYTES_PER_ELEMENT) : bytes);
  const store = storeFor(field, room, dtype, problems);
  let length = 0;
  eachOccurrence(parts, field, problems, (reader) => {
    reader.repeated(field.wireType, (element) => store(element, length++));
  });
  return room.slice(0, length);
}

type Store = (reader: WireReader, index: number) => void;

function storeFor(field: ContentsField, room: NumericData, dtype: Dtype, problems: TensorProblems): Store {
  if (field.kind === 'bool') {
    return (reader, i) => {
      (room as Uint8Array)[i] = reader.bool() ? 1 : 0;
    };
  }
  if (field.kind === 'wide') {
    const halves = new Uint32Array(room.buffer);
    return (reader, i) => reader.halves64(halves, 2 * i);
  }
  if (field.kind === 'fixed') {
    return dtype === 'FP32'
      ? (reader, i) => {
          (room as Float32Array)[i] = reader.float();
        }
      : (reader, i) => {
          (room as Float64Array)[i] = reader.double();
        };
  }
  return storeSmall(field, room as SmallInteger, dtype, problems);
}

/** The protocol has one 32-bit field for all small integers: what does not fit is refused, not cut. */
function storeSmall(field: ContentsField, room: SmallInteger, dtype: Dtype, problems: TensorProblems): Store {
  return (reader, i) => {
    const value = field.kind === 'signed' ? reader.int32() : reader.uint32();
    room[i] = value;
    if (room[i] === value) return;
    const rest = {
      got: String(value),
      allowed: `a whole number that fits ${dtype}`,
      remedy: 'Correct the value.',
    };
    problems.values.add(
      'INPUT_VALUE_TYPE',
      `${problems.at}[element ${i}]`,
      'not a value of the datatype',
      rest,
    );
  };
}
