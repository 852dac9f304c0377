/** Numbers and texts as the bytes of a tensor, written without the code under test. */

const WRITERS: Readonly<
  Record<string, readonly [size: number, write: (view: DataView, at: number, value: never) => void]>
> = {
  BOOL: [1, (view, at, value) => view.setUint8(at, value)],
  UINT8: [1, (view, at, value) => view.setUint8(at, value)],
  UINT16: [2, (view, at, value) => view.setUint16(at, value, true)],
  UINT32: [4, (view, at, value) => view.setUint32(at, value, true)],
  UINT64: [8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)],
  INT8: [1, (view, at, value) => view.setInt8(at, value)],
  INT16: [2, (view, at, value) => view.setInt16(at, value, true)],
  INT32: [4, (view, at, value) => view.setInt32(at, value, true)],
  INT64: [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  // Given as bit patterns.
  FP16: [2, (view, at, value) => view.setUint16(at, value, true)],
  FP32: [4, (view, at, value) => view.setFloat32(at, value, true)],
  FP64: [8, (view, at, value) => view.setFloat64(at, value, true)],
};

export function rawBytes(dtype: string, values: readonly unknown[]): Buffer {
  if (dtype === 'BYTES') return Buffer.concat((values as string[]).flatMap(textBytes));
  const [size, write] = WRITERS[dtype]!;
  const bytes = Buffer.alloc(size * values.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [i, value] of values.entries()) write(view, i * size, value as never);
  return bytes;
}

function textBytes(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return [length, bytes];
}
