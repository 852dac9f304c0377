import { FIXED32, FIXED64, LENGTH, VARINT } from './wire-error';

const UINT32 = 2 ** 32;
/** Characters from which on the engine writes text faster. */
const SHORT = 32;

/**
 * Writes one protobuf message into memory that grows as needed. It writes what it is told, proto3's rule to leave out
 * defaults is the caller's.
 *
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  private buffer: Buffer;
  private position = 0;

  /** @param sizeHint expected size in bytes; a good one saves copies. */
  constructor(sizeHint = 256) {
    this.buffer = Buffer.allocUnsafe(sizeHint);
  }

  /** The message; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= UINT32) {
      this.buffer[this.position++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 127) {
      this.buffer[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  varint64(value: bigint): void {
    const unsigned = BigInt.asUintN(64, value);
    this.halves64(Number(unsigned & 0xffffffffn), Number(unsigned >> 32n));
  }

  /** A 64-bit number given as two unsigned halves. */
  halves64(low: number, high: number): void {
    if (high < 0x200000) {
      this.varint(high * UINT32 + low);
      return;
    }
    this.reserve(10);
    let [l, h] = [low, high];
    while (h !== 0) {
      this.buffer[this.position++] = (l & 127) | 128;
      l = ((l >>> 7) | (h << 25)) >>> 0;
      h >>>= 7;
    }
    this.varint(l);
  }

  /** A signed whole number within 53 bits; negative ones take ten bytes. */
  signed(value: number): void {
    if (value >= 0) this.varint(value);
    else this.varint64(BigInt(value));
  }

  float(value: number): void {
    this.reserve(4);
    this.position = this.buffer.writeFloatLE(value, this.position);
  }

  double(value: number): void {
    this.reserve(8);
    this.position = this.buffer.writeDoubleLE(value, this.position);
  }

  uint32Field(field: number, value: number): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  signedField(field: number, value: number): void {
    this.tag(field, VARINT);
    this.signed(value);
  }

  varint64Field(field: number, value: bigint): void {
    this.tag(field, VARINT);
    this.varint64(value);
  }

  floatField(field: number, value: number): void {
    this.tag(field, FIXED32);
    this.float(value);
  }

  doubleField(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.double(value);
  }

  stringField(field: number, value: string): void {
    if (value.length <= SHORT && this.shortAscii(field, value)) return;
    const length = Buffer.byteLength(value);
    this.tag(field, LENGTH);
    this.varint(length);
    this.reserve(length);
    this.position += this.buffer.write(value, this.position, 'utf8');
  }

  bytesField(field: number, value: Uint8Array): void {
    this.tag(field, LENGTH);
    this.varint(value.byteLength);
    this.reserve(value.byteLength);
    this.buffer.set(value, this.position);
    this.position += value.byteLength;
  }

  /** The contents of a packed list of whole numbers, its length before them. */
  varints(values: readonly number[]): void {
    let length = 0;
    for (const value of values) length += varintBytes(value);
    this.varint(length);
    for (const value of values) this.varint(value);
  }

  /** A field whose length is known only once `write` has written it. */
  nested(field: number, write: () => void): void {
    this.tag(field, LENGTH);
    this.reserve(1);
    const start = ++this.position;
    write();
    this.closeNested(start);
  }

  /** One byte was left for the length; longer ones push the contents back. */
  private closeNested(start: number): void {
    const end = this.position;
    const length = end - start;
    const extra = varintBytes(length) - 1;
    // Before the position goes back: growing keeps what lies before it only. Ten is what varint() asks for.
    this.reserve(extra + 10);
    if (extra > 0) this.buffer.copyWithin(start + extra, start, end);
    this.position = start - 1;
    this.varint(length);
    this.position = end + extra;
  }

  /** Names are short and ASCII: a loop beats the call into the engine. False, and nothing written, for other text. */
  private shortAscii(field: number, value: string): boolean {
    const { length } = value;
    const start = this.position;
    this.tag(field, LENGTH);
    this.varint(length);
    this.reserve(length);
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) {
        this.position = start;
        return false;
      }
      this.buffer[this.position++] = code;
    }
    return true;
  }

  private reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
