import { readMsgpack } from './msgpack-reader';
import { writeMsgpack } from './msgpack-writer';
import { isObject, type Value, type ValueObject } from './value';

/** A value on the wire: msgpack from terraform, and JSON for the state it stores. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export function decodeDynamic(value: DynamicValue | null): Value {
  if (value?.msgpack?.length) return readMsgpack(value.msgpack);
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString('utf8')) as Value;
  return null;
}

/** The configuration of a resource: an object, with `null` for what was not given. */
export function decodeObject(value: DynamicValue | null): ValueObject {
  const decoded = decodeDynamic(value);
  if (!isObject(decoded))
    throw new Error(`terraform sent ${JSON.stringify(decoded)} where an object belongs`);
  return decoded;
}

export function encodeDynamic(value: Value): DynamicValue {
  return { msgpack: writeMsgpack(value) };
}
