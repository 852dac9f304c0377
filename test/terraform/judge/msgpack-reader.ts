import { Unknown, type Value } from './value';

/**
 * Reads the msgpack that terraform speaks: the base types and the two extensions of unknown values (0, and 12 when
 * refined). Source: https://github.com/msgpack/msgpack/blob/master/spec.md and the package cty/msgpack.
 */
export function readMsgpack(bytes: Uint8Array): Value {
  const reader = new MsgpackReader(bytes);
  const value = reader.value();
  if (!reader.atEnd) throw new Error(`msgpack: ${reader.left} bytes after the value`);
  return value;
}

class MsgpackReader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  get atEnd(): boolean {
    return this.left === 0;
  }

  value(): Value {
    const tag = this.view.getUint8(this.at++);
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.map(tag & 0x0f);
    if (tag < 0xa0) return this.list(tag & 0x0f);
    if (tag < 0xc0) return this.text(tag & 0x1f);
    if (tag >= 0xe0) return tag - 0x100;
    return this.tagged(tag);
  }

  private tagged(tag: number): Value {
    if (tag >= 0xcc && tag <= 0xd3) return this.integer(tag);
    if (tag >= 0xd4 && tag <= 0xd8) return this.extension(1 << (tag - 0xd4));
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.view.getFloat32(this.skip(4));
      case 0xcb:
        return this.view.getFloat64(this.skip(8));
    }
    return this.sized(tag);
  }

  private sized(tag: number): Value {
    switch (tag) {
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.take(this.length(tag - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.length(tag - 0xc7));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.length(tag - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.list(this.length(tag - 0xdc + 1));
      case 0xde:
      case 0xdf:
        return this.map(this.length(tag - 0xde + 1));
    }
    throw new Error(`msgpack: tag 0x${tag.toString(16)} is reserved`);
  }

  /** Integers of 2^(tag & 3) bytes; 64 bits become a number, exact up to 2^53. */
  private integer(tag: number): number {
    const signed = tag >= 0xd0;
    const width = 1 << (tag & 3);
    const at = this.skip(width);
    if (width === 8) return Number(signed ? this.view.getBigInt64(at) : this.view.getBigUint64(at));
    if (width === 4) return signed ? this.view.getInt32(at) : this.view.getUint32(at);
    if (width === 2) return signed ? this.view.getInt16(at) : this.view.getUint16(at);
    return signed ? this.view.getInt8(at) : this.view.getUint8(at);
  }

  private length(power: number): number {
    const at = this.skip(1 << power);
    if (power === 0) return this.view.getUint8(at);
    return power === 1 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  private list(length: number): Value[] {
    return Array.from({ length }, () => this.value());
  }

  private map(length: number): Value {
    return Object.fromEntries(Array.from({ length }, () => [String(this.value()), this.value()]));
  }

  private text(length: number): string {
    return Buffer.from(this.take(length)).toString('utf8');
  }

  private extension(length: number): Unknown {
    const type = this.view.getInt8(this.skip(1));
    const payload = this.take(length);
    if (type !== 0 && type !== 12) throw new Error(`msgpack: extension ${type} is not of terraform`);
    return new Unknown(type, payload);
  }

  private take(length: number): Uint8Array {
    const at = this.skip(length);
    return this.bytes.slice(at, at + length);
  }

  private skip(length: number): number {
    if (length > this.left) throw new Error(`msgpack: ${length} bytes wanted, ${this.left} left`);
    this.at += length;
    return this.at - length;
  }
}
