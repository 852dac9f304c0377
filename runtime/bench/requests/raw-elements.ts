import type { RowTensor } from './bench-model';

/** The elements of a tensor as both binary encodings carry them: little-endian, one after the other. */
export function rawElements({ datatype, data }: RowTensor): Uint8Array {
  const array = datatype === 'INT64' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data);
  return new Uint8Array(array.buffer);
}

/** @param bytes need not be aligned */
export function readRawElements(datatype: string, bytes: Uint8Array): number[] {
  const { buffer } = Uint8Array.from(bytes);
  return datatype === 'INT64' ? Array.from(new BigInt64Array(buffer), Number) : [...new Float32Array(buffer)];
}
