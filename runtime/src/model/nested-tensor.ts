import type { TensorData } from '../contract';
import { type Dtype, type NestedArray, type Problem, ProblemError, show, type Tensor } from '../contract';
import { ELEMENTS, type ElementCodec } from './tensor-elements';

/** More dimensions than any model has; bounds the recursion. */
const MAX_RANK = 16;

/**
 * Reads a tensor from nested JSON arrays; a bare value is a tensor of rank 0.
 *
 * BOOL takes booleans; BYTES strings; 64-bit integers numbers up to 2^53 and integer strings; FP16 and BF16 are rounded
 * to the nearest bit pattern. NaN and infinities are refused, as is a number that overflows its dtype.
 *
 * @param name of the tensor, and start of every path in messages: `features[0][3]`.
 * @throws ProblemError TENSOR_INVALID for ragged arrays, wrong types and values that do not fit.
 */
export function nestedToTensor(name: string, dtype: Dtype, nested: NestedArray): Tensor {
  const shape = shapeOf(name, nested);
  const codec = ELEMENTS[dtype];
  const data = codec.create(shape.reduce((product, dimension) => product * dimension, 1));
  const filler = new Filler(dtype, codec, data, shape);
  filler.fill(nested, 0, []);
  if (filler.failure !== undefined)
    throw new ProblemError([{ ...filler.failure, at: name + filler.failure.at }]);
  return { name, dtype, shape, data };
}

/** Lengths along the first elements; `fill` then holds every other element to them. */
function shapeOf(name: string, nested: NestedArray): number[] {
  const shape: number[] = [];
  for (let value: unknown = nested; Array.isArray(value); value = value[0]) {
    shape.push(value.length);
    if (shape.length > MAX_RANK) throw new ProblemError([tooDeep(name)]);
  }
  return shape;
}

class Filler {
  failure: Problem | undefined;
  private next = 0;

  constructor(
    private readonly dtype: Dtype,
    private readonly codec: ElementCodec,
    private readonly data: TensorData,
    private readonly shape: readonly number[],
  ) {}

  /** Fills the data in row-major order up to the first failure; `path` is only kept up to date on the way down. */
  fill(value: unknown, depth: number, path: number[]): void {
    if (depth === this.shape.length) this.writeElement(value, path);
    else if (!Array.isArray(value) || value.length !== this.shape[depth]) this.ragged(value, depth, path);
    else {
      for (let i = 0; i < value.length && this.failure === undefined; i++) {
        path[depth] = i;
        this.fill(value[i], depth + 1, path);
      }
    }
  }

  private writeElement(value: unknown, path: readonly number[]): void {
    if (this.codec.write(this.data, this.next++, value)) return;
    const ragged = Array.isArray(value);
    this.fail(
      path.slice(0, this.shape.length),
      ragged ? 'the arrays are nested unevenly' : `the value is not ${this.dtype}`,
      show(value),
      ragged ? 'one value' : this.codec.allowed,
      ragged ? 'Give every row the same depth.' : 'Correct the value, or the dtype in the signature.',
    );
  }

  private ragged(value: unknown, depth: number, path: readonly number[]): void {
    this.fail(
      path.slice(0, depth),
      'the arrays have different lengths',
      Array.isArray(value) ? `${value.length} entries` : show(value),
      `${this.shape[depth]} entries, as in the first array of this depth`,
      'Give every array of the same depth the same length.',
    );
  }

  private fail(path: readonly number[], what: string, got: string, allowed: string, remedy: string): void {
    const at = path.map((i) => `[${i}]`).join('');
    this.failure = { code: 'TENSOR_INVALID', at, what, got, allowed, remedy };
  }
}

function tooDeep(name: string): Problem {
  return {
    code: 'TENSOR_INVALID',
    at: name,
    what: 'the arrays are nested too deeply',
    allowed: `at most ${MAX_RANK} dimensions`,
    remedy: 'Correct the value.',
  };
}

/**
 * Writes a tensor as nested arrays. 64-bit integers beyond 2^53 become strings; NaN and infinities stay what they are,
 * which JSON cannot carry: check first where that matters.
 */
export function tensorToNested(tensor: Tensor): NestedArray {
  const { read } = ELEMENTS[tensor.dtype];
  let next = 0;
  const build = (depth: number): NestedArray => {
    if (depth === tensor.shape.length) return read(tensor.data, next++);
    return Array.from({ length: tensor.shape[depth]! }, () => build(depth + 1));
  };
  return build(0);
}
