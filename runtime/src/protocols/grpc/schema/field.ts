import type { WireReader } from '../wire/wire-reader';
import type { WireWriter } from '../wire/wire-writer';

/** Names of field types as .proto files and descriptors write them. */
export type FieldType =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'enum'
  | 'float'
  | 'int32'
  | 'int64'
  | 'message'
  | 'string'
  | 'uint32'
  | 'uint64';

/** What a .proto file says of a field, for descriptors. */
export interface FieldFacts {
  readonly number: number;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Name of the oneof it belongs to. */
  readonly oneof?: string;
  /** Full name of its message or enumeration. */
  readonly typeName?: string;
  /** The type of its values when it is a map; keys are strings. */
  readonly mapValue?: { readonly typeName: string };
}

/** One field of a message: how it is written, read and described. */
export interface Field<T> {
  readonly facts: FieldFacts;
  /** Value of a field that is not there. */
  readonly absent: () => T;
  /** Writes the field, or nothing when the value is the one of an absent field. */
  write(writer: WireWriter, value: T): void;
  /** Reads the field into what was read of it before. */
  read(reader: WireReader, before: T): T;
}

// biome-ignore lint/suspicious/noExplicitAny: fields are invariant in their value; this is the bound of all of them
export type Fields = Readonly<Record<string, Field<any>>>;

/** The object a message with these fields is read into and written from. */
export type ValueOf<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};
