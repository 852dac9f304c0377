import { isUtf8 } from 'node:buffer';
import { FIXED32, FIXED64, GROUP_END, GROUP_START, LENGTH, VARINT, WireError } from './wire-error';

/** Groups in groups: no message of this project has any, so unknown ones need not nest deep. */
const MAX_GROUP_DEPTH = 32;
const MAX_BYTES_OF_LENGTH = 2 ** 31 - 1;
const REPLACEMENT = '\ufffd';

/**
 * Reads one protobuf message from memory. Every length is checked against the end of the message before it is used,
 * so bytes that lie end in a WireError.
 *
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  /** Wire type of the field just read by {@link next}. */
  wireType = VARINT;
  private position: number;
  private readonly end: number;
  private low = 0;
  private high = 0;

  constructor(
    private readonly buffer: Buffer,
    start = 0,
    end = buffer.length,
  ) {
    this.position = start;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  /** Moves to the next field and returns its number, 0 at the end of the message. */
  next(): number {
    if (this.done) return 0;
    this.readVarint();
    const field = this.low >>> 3;
    if (this.high !== 0 || field === 0) throw new WireError('a field has no valid number');
    this.wireType = this.low & 7;
    return field;
  }

  /** Passes over the value of a field that is not wanted. */
  skip(field: number, depth = 0): void {
    if (this.wireType === VARINT) this.readVarint();
    else if (this.wireType === FIXED64) this.advance(8);
    else if (this.wireType === LENGTH) this.advance(this.length());
    else if (this.wireType === FIXED32) this.advance(4);
    else if (this.wireType === GROUP_START) this.skipGroup(field, depth + 1);
    else throw new WireError(`field ${field} has wire type ${this.wireType}`);
  }

  uint32(): number {
    this.scalar(VARINT);
    if (this.high !== 0) throw new WireError('a 32-bit number exceeds 32 bits');
    return this.low;
  }

  int32(): number {
    this.scalar(VARINT);
    // Negative numbers come extended to 64 bits, from some writers in 32.
    if (this.high !== 0 && !(this.high === 0xffffffff && this.low >= 0x80000000)) {
      throw new WireError('a 32-bit number exceeds 32 bits');
    }
    return this.low | 0;
  }

  /** A 64-bit signed number that has to be exact as a JavaScript number, such as a dimension. */
  safeInt64(): number {
    this.scalar(VARINT);
    const value = (this.high | 0) * 2 ** 32 + this.low;
    if (!Number.isSafeInteger(value)) throw new WireError('a number exceeds 53 bits');
    return value;
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  uint64(): bigint {
    this.scalar(VARINT);
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** A 64-bit number as two halves, low first, straight into memory: a big integer each would cost an allocation. */
  halves64(into: Uint32Array, index: number): void {
    this.scalar(VARINT);
    into[index] = this.low;
    into[index + 1] = this.high;
  }

  bool(): boolean {
    this.scalar(VARINT);
    return (this.low | this.high) !== 0;
  }

  float(): number {
    this.expect(FIXED32);
    this.require(4);
    this.position += 4;
    return this.buffer.readFloatLE(this.position - 4);
  }

  double(): number {
    this.expect(FIXED64);
    this.require(8);
    this.position += 8;
    return this.buffer.readDoubleLE(this.position - 8);
  }

  /** Text; the format demands valid UTF-8. */
  string(): string {
    this.expect(LENGTH);
    const length = this.length();
    const start = this.position;
    this.advance(length);
    const text = this.buffer.toString('utf8', start, this.position);
    if (text.includes(REPLACEMENT) && !isUtf8(this.buffer.subarray(start, this.position))) {
      throw new WireError('a text is not UTF-8');
    }
    return text;
  }

  /** A view of the bytes, not a copy. */
  bytes(): Buffer {
    this.expect(LENGTH);
    const length = this.length();
    const start = this.position;
    this.advance(length);
    return this.buffer.subarray(start, this.position);
  }

  /** A reader of the message in this field. */
  message(): WireReader {
    this.expect(LENGTH);
    const length = this.length();
    const start = this.position;
    this.advance(length);
    return new WireReader(this.buffer, start, this.position);
  }

  /** Calls `read` for each number of a repeated field, packed or not. */
  repeated(wireType: number, read: (reader: WireReader) => void): void {
    if (this.wireType !== LENGTH) {
      this.expect(wireType);
      read(this);
      return;
    }
    const packed = this.message();
    packed.wireType = wireType;
    while (!packed.done) read(packed);
  }

  private scalar(wireType: number): void {
    this.expect(wireType);
    this.readVarint();
  }

  private expect(wireType: number): void {
    if (this.wireType !== wireType) {
      throw new WireError(`a field has wire type ${this.wireType} where ${wireType} belongs`);
    }
  }

  private length(): number {
    this.readVarint();
    if (this.high !== 0 || this.low > MAX_BYTES_OF_LENGTH) throw new WireError('it ends early');
    return this.low;
  }

  private require(bytes: number): void {
    if (bytes > this.end - this.position) throw new WireError('it ends early');
  }

  private advance(bytes: number): void {
    this.require(bytes);
    this.position += bytes;
  }

  private skipGroup(group: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw new WireError(`groups nested more than ${MAX_GROUP_DEPTH} deep`);
    for (let field = this.next(); field !== 0; field = this.next()) {
      if (this.wireType === GROUP_END) {
        if (field === group) return;
        break;
      }
      this.skip(field, depth);
    }
    throw new WireError('a group has no end');
  }

  private readVarint(): void {
    const first = this.byte();
    this.high = 0;
    if (first < 128) {
      this.low = first;
      return;
    }
    let low = first & 127;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 127) << shift;
      if (byte < 128) {
        this.low = low;
        return;
      }
    }
    this.readLongVarint(low);
  }

  /** From the fifth byte on: it lies across both halves. */
  private readLongVarint(low: number): void {
    let byte = this.byte();
    this.low = (low | ((byte & 127) << 28)) >>> 0;
    let high = (byte & 127) >>> 4;
    for (let shift = 3; byte >= 128; shift += 7) {
      if (shift > 31) throw new WireError('a number has more than ten bytes');
      byte = this.byte();
      high |= (byte & 127) << shift;
    }
    this.high = high >>> 0;
  }

  private byte(): number {
    if (this.position >= this.end) throw new WireError('it ends early');
    return this.buffer[this.position++]!;
  }
}
