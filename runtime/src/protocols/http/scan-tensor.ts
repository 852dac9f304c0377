import type { Dtype, TensorData } from '../../contract';
import { elementCodec } from '../../inference';
import { NumberReader } from './scan-number';

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/** An array of numbers somewhere in a JSON text. */
export interface ArrayText {
  readonly text: Buffer;
  /** Of the bracket that opens it. */
  readonly start: number;
  /** Behind the bracket that closes it. */
  readonly end: number;
}

/** Two of them have no numbers; FP64 usually has more digits than can be read faster than JSON.parse does. */
const LEFT_OUT: ReadonlySet<Dtype> = new Set(['BOOL', 'BYTES', 'FP64']);

/**
 * Reads an array of numbers, flat or nested as the shape says, straight into the memory of a tensor. 64-bit integers are
 * read with all their digits, which a JSON number loses beyond 2^53.
 *
 * @returns undefined for whatever is not exactly that; then JSON.parse has to say why.
 */
export function scanTensor(array: ArrayText, dtype: Dtype, shape: readonly number[]): TensorData | undefined {
  const count = shape.reduce((all, size) => all * size, 1);
  const { text, start, end } = array;
  // Before anything is allocated: a shape alone must not be able to ask for memory.
  if (LEFT_OUT.has(dtype) || !(count <= end - start)) return undefined;
  const reader = new NumberReader(text, start, dtype === 'FP32');
  const data = elementCodec(dtype)!.allocate(count);
  reader.token();
  const nested = reader.token() === OPEN;
  reader.at = start;
  const complete = new ArrayReader(
    reader,
    nested ? shape : [count],
    storeFor(reader, array.text, dtype, data),
  );
  return complete.list(0) && reader.at === end ? data : undefined;
}

/** Reads the next number into an element; false when there is none or it does not fit. */
type Store = (index: number) => boolean;

class ArrayReader {
  private index = 0;

  constructor(
    private readonly reader: NumberReader,
    private readonly sizes: readonly number[],
    private readonly store: Store,
  ) {}

  list(axis: number): boolean {
    const { reader, sizes } = this;
    if (reader.token() !== OPEN) return false;
    const size = sizes[axis]!;
    const innermost = axis === sizes.length - 1;
    for (let i = 0; i < size; i++) {
      if (i > 0 && reader.token() !== COMMA) return false;
      if (innermost ? !this.store(this.index++) : !this.list(axis + 1)) return false;
    }
    return reader.token() === CLOSE;
  }
}

function storeFor(reader: NumberReader, text: Buffer, dtype: Dtype, data: TensorData): Store {
  if (dtype === 'FP32') {
    const floats = data as Float32Array;
    return (index) => {
      floats[index] = reader.read();
      return Number.isFinite(floats[index]);
    };
  }
  const { set } = elementCodec(dtype)!;
  if (dtype !== 'INT64' && dtype !== 'UINT64') return (index) => set(data, index, reader.read());
  return (index) => {
    const start = reader.at;
    const value = reader.read();
    if (Number.isSafeInteger(value)) return set(data, index, value);
    return set(data, index, text.toString('latin1', start, reader.at).trim());
  };
}
