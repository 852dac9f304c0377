import fs from 'node:fs';

/** The bytes are not the message they should be. Turned into a problem by the caller, who knows the file. */
export class ProtobufError extends Error {}

const WINDOW_BYTES = 64 * 1024;
const MAX_TEXT_BYTES = 1024 * 1024;
/** Messages in messages. Real graphs nest some ten levels; the call stack holds several thousand. */
const MAX_DEPTH = 200;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * Reads one field of a message if it knows it (then returns true); what it leaves is skipped.
 */
export type FieldReader = (field: number, reader: ProtobufReader) => boolean;

/**
 * Reads protobuf from a file through a small window: what is skipped is never read, so weights cost a seek, not
 * memory. Every length is checked against the enclosing message before it is used.
 *
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufReader {
  private readonly window: Buffer;
  private windowStart = 0;
  private windowLength = 0;
  private position = 0;
  private end: number;
  private depth = 0;
  private wireType = VARINT;

  constructor(
    private readonly descriptor: number,
    readonly bytes: number,
  ) {
    this.end = bytes;
    this.window = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, Math.max(bytes, 1)));
  }

  /** Reads the fields up to the end of the current message. */
  fields(read: FieldReader): void {
    while (this.position < this.end) {
      const key = this.rawVarint();
      const field = Math.floor(key / 8);
      const wireType = key % 8;
      if (field < 1 || field > 536_870_911) throw new ProtobufError(`field number ${field}`);
      this.wireType = wireType;
      if (!read(field, this)) this.skip(wireType);
    }
  }

  /** Reads the field as a message of its own. */
  message(read: FieldReader): void {
    const length = this.length();
    if (++this.depth > MAX_DEPTH) throw new ProtobufError(`messages nested more than ${MAX_DEPTH} deep`);
    const outerEnd = this.end;
    this.end = this.position + length;
    this.fields(read);
    this.end = outerEnd;
    this.depth--;
  }

  /** Signed 64-bit integer; exact up to 2^53. */
  integer(): number {
    this.expect(VARINT);
    return this.rawVarint();
  }

  text(): string {
    const length = this.length();
    if (length > MAX_TEXT_BYTES) throw new ProtobufError(`a text of ${length} bytes`);
    const bytes = length <= this.window.length ? this.fromWindow(length) : this.fromFile(length);
    this.position += length;
    return bytes.toString('utf8');
  }

  /** Skips a length-delimited field and tells its length. */
  skipBytes(): number {
    const length = this.length();
    this.position += length;
    return length;
  }

  /** Skips the numbers of a repeated field, packed or not, and tells how many bytes they take. */
  skipNumbers(): number {
    if (this.wireType === LENGTH) return this.skipBytes();
    const start = this.position;
    this.skip(this.wireType);
    return this.position - start;
  }

  private length(): number {
    this.expect(LENGTH);
    const length = this.rawVarint();
    if (length < 0 || length > this.end - this.position) throw new ProtobufError('it ends early');
    return length;
  }

  private expect(wireType: number): void {
    if (this.wireType !== wireType)
      throw new ProtobufError(`wire type ${this.wireType} where ${wireType} belongs`);
  }

  private skip(wireType: number): void {
    if (wireType === VARINT) this.rawVarint();
    else if (wireType === FIXED64) this.advance(8);
    else if (wireType === LENGTH) this.skipBytes();
    else if (wireType === FIXED32) this.advance(4);
    else throw new ProtobufError(`wire type ${wireType}`);
  }

  private advance(bytes: number): void {
    if (bytes > this.end - this.position) throw new ProtobufError('it ends early');
    this.position += bytes;
  }

  private rawVarint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return this.longVarint(value);
  }

  /** The last three of ten bytes: beyond 49 bits numbers are summed exactly as big integers. */
  private longVarint(low: number): number {
    let value = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    throw new ProtobufError('a number of more than ten bytes');
  }

  private byte(): number {
    if (this.position >= this.end) throw new ProtobufError('it ends early');
    const offset = this.position - this.windowStart;
    if (offset >= 0 && offset < this.windowLength) {
      this.position++;
      return this.window[offset]!;
    }
    const byte = this.fromWindow(1)[0]!;
    this.position++;
    return byte;
  }

  private fromWindow(length: number): Buffer {
    let offset = this.position - this.windowStart;
    if (offset < 0 || offset + length > this.windowLength) {
      this.windowStart = this.position;
      this.windowLength = fs.readSync(this.descriptor, this.window, 0, this.window.length, this.position);
      offset = 0;
      if (length > this.windowLength) throw new ProtobufError('it ends early');
    }
    return this.window.subarray(offset, offset + length);
  }

  private fromFile(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const read = fs.readSync(this.descriptor, bytes, 0, length, this.position);
    if (read !== length) throw new ProtobufError('it ends early');
    return bytes;
  }
}
