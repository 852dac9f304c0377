import { Unknown, type Value } from './value';

/** Writes a value as terraform reads it; numbers that are not integers as 64-bit floats. */
export function writeMsgpack(value: Value): Buffer {
  const parts: Buffer[] = [];
  write(parts, value);
  return Buffer.concat(parts);
}

function write(parts: Buffer[], value: Value): void {
  if (value === null) parts.push(Buffer.from([0xc0]));
  else if (typeof value === 'boolean') parts.push(Buffer.from([value ? 0xc3 : 0xc2]));
  else if (typeof value === 'number') parts.push(number(value));
  else if (typeof value === 'string') text(parts, value);
  else if (value instanceof Unknown) unknown(parts, value);
  else if (value instanceof Uint8Array) parts.push(head(0xc6, value.length), Buffer.from(value));
  else if (Array.isArray(value)) list(parts, value);
  else map(parts, value as { readonly [k: string]: Value });
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  if (Number.isSafeInteger(value)) {
    bytes.writeUInt8(0xd3);
    bytes.writeBigInt64BE(BigInt(value), 1);
  } else {
    bytes.writeUInt8(0xcb);
    bytes.writeDoubleBE(value, 1);
  }
  return bytes;
}

function text(parts: Buffer[], value: string): void {
  const bytes = Buffer.from(value, 'utf8');
  parts.push(head(0xdb, bytes.length), bytes);
}

function unknown(parts: Buffer[], { extension, payload }: Unknown): void {
  parts.push(head(0xc9, payload.length), Buffer.from([extension]), Buffer.from(payload));
}

function list(parts: Buffer[], values: readonly Value[]): void {
  parts.push(head(0xdd, values.length));
  for (const value of values) write(parts, value);
}

function map(parts: Buffer[], values: { readonly [k: string]: Value }): void {
  const entries = Object.entries(values);
  parts.push(head(0xdf, entries.length));
  for (const [name, value] of entries) {
    text(parts, name);
    write(parts, value);
  }
}

/** A tag with its length in 32 bits. */
function head(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8(tag);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
