import { FIXED32, FIXED64, VARINT } from '../wire/wire-error';
import type { WireReader } from '../wire/wire-reader';
import type { WireWriter } from '../wire/wire-writer';
import type { Field, FieldType } from './field';
import { requireRoom } from './message';

/** How one value of a scalar type is read and written, its tag included. */
interface Scalar<T> {
  readonly type: FieldType;
  readonly typeName?: string;
  readonly zero: T;
  read(reader: WireReader): T;
  write(writer: WireWriter, number: number, value: T): void;
}

const BOOL: Scalar<boolean> = {
  type: 'bool',
  zero: false,
  read: (reader) => reader.bool(),
  write: (writer, number, value) => writer.uint32Field(number, value ? 1 : 0),
};
const INT32: Scalar<number> = {
  type: 'int32',
  zero: 0,
  read: (reader) => reader.int32(),
  write: (writer, number, value) => writer.signedField(number, value),
};
const UINT32: Scalar<number> = {
  type: 'uint32',
  zero: 0,
  read: (reader) => reader.uint32(),
  write: (writer, number, value) => writer.uint32Field(number, value),
};
const INT64: Scalar<bigint> = {
  type: 'int64',
  zero: 0n,
  read: (reader) => reader.int64(),
  write: (writer, number, value) => writer.varint64Field(number, value),
};
const UINT64: Scalar<bigint> = {
  type: 'uint64',
  zero: 0n,
  read: (reader) => reader.uint64(),
  write: (writer, number, value) => writer.varint64Field(number, value),
};
const FLOAT: Scalar<number> = {
  type: 'float',
  zero: 0,
  read: (reader) => reader.float(),
  write: (writer, number, value) => writer.floatField(number, value),
};
const DOUBLE: Scalar<number> = {
  type: 'double',
  zero: 0,
  read: (reader) => reader.double(),
  write: (writer, number, value) => writer.doubleField(number, value),
};
const STRING: Scalar<string> = {
  type: 'string',
  zero: '',
  read: (reader) => reader.string(),
  write: (writer, number, value) => writer.stringField(number, value),
};
const BYTES: Scalar<Uint8Array> = {
  type: 'bytes',
  zero: new Uint8Array(0),
  read: (reader) => reader.bytes(),
  write: (writer, number, value) => writer.bytesField(number, value),
};

function singular<T>(number: number, scalar: Scalar<T>): Field<T> {
  return {
    facts: { number, type: scalar.type, repeated: false, typeName: scalar.typeName },
    absent: () => scalar.zero,
    write: (writer, value) => {
      // -0 is not the default: Object.is tells it from 0.
      const isDefault = value instanceof Uint8Array ? value.length === 0 : Object.is(value, scalar.zero);
      if (!isDefault) scalar.write(writer, number, value);
    },
    read: (reader) => scalar.read(reader),
  };
}

function repeatedText<T>(number: number, scalar: Scalar<T>): Field<T[]> {
  return {
    facts: { number, type: scalar.type, repeated: true },
    absent: () => [],
    write: (writer, values) => {
      for (const value of values) scalar.write(writer, number, value);
    },
    read: (reader, before) => {
      requireRoom(before.length);
      before.push(scalar.read(reader));
      return before;
    },
  };
}

/** Numbers are written packed, as proto3 does, and read either way. */
function repeatedNumber<T>(
  number: number,
  scalar: Scalar<T>,
  wireType: number,
  write: (writer: WireWriter, value: T) => void,
): Field<T[]> {
  return {
    facts: { number, type: scalar.type, repeated: true },
    absent: () => [],
    write: (writer, values) => {
      if (values.length > 0) writer.nested(number, () => writeAll(writer, values, write));
    },
    read: (reader, before) => {
      reader.repeated(wireType, (packed) => {
        requireRoom(before.length);
        before.push(scalar.read(packed));
      });
      return before;
    },
  };
}

function writeAll<T>(
  writer: WireWriter,
  values: readonly T[],
  write: (writer: WireWriter, value: T) => void,
): void {
  for (const value of values) write(writer, value);
}

/** A field with presence: written even when it is zero, undefined when it is not there. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  const { number, type } = field.facts;
  const scalar = SCALARS[type] as Scalar<T> | undefined;
  return {
    facts: field.facts,
    absent: () => undefined,
    write: (writer, value) => {
      if (value === undefined) return;
      if (scalar === undefined) field.write(writer, value);
      else scalar.write(writer, number, value);
    },
    read: (reader, before) => field.read(reader, before as T),
  };
}

/** Member of a oneof: at most one of those of the same name is there. */
export function oneof<T>(name: string, field: Field<T>): Field<T | undefined> {
  return { ...optional(field), facts: { ...field.facts, oneof: name } };
}

const SCALARS: Readonly<Partial<Record<FieldType, unknown>>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  enum: INT32,
  float: FLOAT,
  int32: INT32,
  int64: INT64,
  string: STRING,
  uint32: UINT32,
  uint64: UINT64,
};

export const bool = (number: number) => singular(number, BOOL);
export const bytes = (number: number) => singular(number, BYTES);
export const int32 = (number: number) => singular(number, INT32);
export const int64 = (number: number) => singular(number, INT64);
export const double = (number: number) => singular(number, DOUBLE);
export const string = (number: number) => singular(number, STRING);
export const uint64 = (number: number) => singular(number, UINT64);
/** An enumeration as its number: names are the matter of whoever defines it. */
export const enumeration = (number: number, typeName: string) =>
  singular(number, { ...INT32, type: 'enum' as const, typeName });

export const strings = (number: number) => repeatedText(number, STRING);
export const bytesList = (number: number) => repeatedText(number, BYTES);
export const bools = (number: number) =>
  repeatedNumber(number, BOOL, VARINT, (writer, value) => writer.varint(value ? 1 : 0));
export const int32s = (number: number) =>
  repeatedNumber(number, INT32, VARINT, (writer, value) => writer.signed(value));
export const int64s = (number: number) =>
  repeatedNumber(number, INT64, VARINT, (writer, value) => writer.varint64(value));
export const uint32s = (number: number) =>
  repeatedNumber(number, UINT32, VARINT, (writer, value) => writer.varint(value));
export const uint64s = (number: number) =>
  repeatedNumber(number, UINT64, VARINT, (writer, value) => writer.varint64(value));
export const floats = (number: number) =>
  repeatedNumber(number, FLOAT, FIXED32, (writer, value) => writer.float(value));
export const doubles = (number: number) =>
  repeatedNumber(number, DOUBLE, FIXED64, (writer, value) => writer.double(value));
