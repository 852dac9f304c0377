import { LENGTH, WireError } from '../wire/wire-error';
import { WireReader } from '../wire/wire-reader';
import { WireWriter } from '../wire/wire-writer';
import type { Field, Fields, ValueOf } from './field';

/**
 * Entries of one repeated field, or of all messages of a kind in one request. Two bytes on the wire become an object
 * of a hundred in memory: this keeps a body within its limit from growing beyond the memory.
 */
export const MAX_ENTRIES = 65_536;

/**
 * A message of a .proto file as a table. One table gives the codec, the TypeScript type and the descriptor, so that the
 * three cannot drift apart.
 */
export class Message<F extends Fields> {
  private readonly byNumber: ReadonlyMap<number, readonly [string, Field<unknown>]>;

  /** @param fullName with package, for example `inference.ModelReadyRequest`. */
  constructor(
    readonly fullName: string,
    readonly fields: F,
  ) {
    this.byNumber = new Map(
      Object.entries<Field<unknown>>(fields).map(([name, field]) => [field.facts.number, [name, field]]),
    );
  }

  encode(value: Partial<ValueOf<F>>): Buffer {
    const writer = new WireWriter();
    this.write(writer, value);
    return writer.finish();
  }

  write(writer: WireWriter, value: Partial<ValueOf<F>>): void {
    for (const [name, field] of Object.entries<Field<unknown>>(this.fields)) {
      const given: unknown = value[name];
      if (given !== undefined) field.write(writer, given);
    }
  }

  /** @throws WireError */
  decode(bytes: Buffer): ValueOf<F> {
    return this.read(new WireReader(bytes), this.empty());
  }

  /** Reads into a value: a message that comes twice is merged, as the format demands. */
  read(reader: WireReader, value: ValueOf<F>): ValueOf<F> {
    const target = value as Record<string, unknown>;
    for (let number = reader.next(); number !== 0; number = reader.next()) {
      const known = this.byNumber.get(number);
      if (known === undefined) reader.skip(number);
      else this.readField(known, reader, target);
    }
    return value;
  }

  empty(): ValueOf<F> {
    const entries = Object.entries<Field<unknown>>(this.fields);
    return Object.fromEntries(entries.map(([name, field]) => [name, field.absent()])) as ValueOf<F>;
  }

  /** The last member of a oneof on the wire wins. */
  private readField(
    [name, field]: readonly [string, Field<unknown>],
    reader: WireReader,
    target: Record<string, unknown>,
  ): void {
    const { oneof } = field.facts;
    const before = target[name];
    if (oneof !== undefined) {
      for (const [other, { facts }] of Object.entries<Field<unknown>>(this.fields)) {
        if (facts.oneof === oneof) target[other] = undefined;
      }
    }
    target[name] = field.read(reader, before);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: see Fields
export type AnyMessage = Message<any>;
export type MessageValue<M> = M extends Message<infer F> ? ValueOf<F> : never;

/** A message inside a message; undefined when it is not there. */
export function nested<F extends Fields>(number: number, message: Message<F>): Field<ValueOf<F> | undefined> {
  return {
    facts: { number, type: 'message', repeated: false, typeName: message.fullName },
    absent: () => undefined,
    write: (writer, value) => {
      if (value !== undefined) writer.nested(number, () => message.write(writer, value));
    },
    read: (reader, before) => message.read(reader.message(), before ?? message.empty()),
  };
}

/** A list of messages. */
export function nestedList<F extends Fields>(number: number, message: Message<F>): Field<ValueOf<F>[]> {
  return {
    facts: { number, type: 'message', repeated: true, typeName: message.fullName },
    absent: () => [],
    write: (writer, values) => {
      for (const value of values) writer.nested(number, () => message.write(writer, value));
    },
    read: (reader, before) => {
      requireRoom(before.length);
      before.push(message.read(reader.message(), message.empty()));
      return before;
    },
  };
}

/** `map<string, Message>`; on the wire a list of entries with fields 1 (key) and 2 (value). */
export function nestedMap<F extends Fields>(
  number: number,
  message: Message<F>,
): Field<Map<string, ValueOf<F>>> {
  return {
    facts: { number, type: 'message', repeated: true, mapValue: { typeName: message.fullName } },
    absent: () => new Map(),
    write: (writer, values) => {
      for (const [key, value] of values) {
        writer.nested(number, () => {
          writer.stringField(1, key);
          writer.nested(2, () => message.write(writer, value));
        });
      }
    },
    read: (reader, before) => {
      requireRoom(before.size);
      return readEntry(reader.message(), message, before);
    },
  };
}

function readEntry<F extends Fields>(
  entry: WireReader,
  message: Message<F>,
  into: Map<string, ValueOf<F>>,
): Map<string, ValueOf<F>> {
  let key = '';
  let value = message.empty();
  for (let number = entry.next(); number !== 0; number = entry.next()) {
    if (number === 1) key = entry.string();
    else if (number === 2 && entry.wireType === LENGTH) value = message.read(entry.message(), value);
    else entry.skip(number);
  }
  return into.set(key, value);
}

export function requireRoom(length: number): void {
  if (length >= MAX_ENTRIES) throw new WireError(`a list has more than ${MAX_ENTRIES} entries`);
}
