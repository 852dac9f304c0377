import type { Dtype, Tensor, TensorData } from '../../contract';
import { describe, type ElementCodec, elementCodec, type InputProblems } from '../../inference';
import type { JsonForm } from './json-form';

/** A tensor whose elements stand in JSON. */
export interface JsonTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** Reports data that do not have as many elements as the shape says, flat or nested. */
export function checkJsonData(
  data: readonly unknown[],
  shape: readonly number[],
  at: string,
  form: JsonForm,
): void {
  const flat = isFlat(data);
  if (flat ? data.length === product(shape) : nestedAs(data, shape, 0)) return;
  const got = flat ? `${data.length} elements` : 'nested arrays of other sizes';
  form.add(at, got, `${product(shape)} elements, flat or nested as [${shape.join(', ')}]`);
}

/** Checked before anything is allocated: a shape alone must not be able to ask for memory. */
function nestedAs(value: unknown, shape: readonly number[], axis: number): boolean {
  if (!Array.isArray(value) || value.length !== shape[axis]) return false;
  return axis === shape.length - 1 || value.every((entry) => nestedAs(entry, shape, axis + 1));
}

/** Reads elements that `checkJsonData` found in order, and reports values the dtype cannot hold. */
export function readJsonTensor({ name, dtype, shape, data }: JsonTensor, problems: InputProblems): Tensor {
  const codec = elementCodec(dtype)!;
  const elements = codec.allocate(product(shape));
  const filler = new Filler(codec, elements, `inputs.${name}`, problems);
  filler.fill(data, isFlat(data) ? 0 : shape.length - 1);
  return { name, dtype, shape, data: elements };
}

export function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}

function isFlat(data: readonly unknown[]): boolean {
  return !Array.isArray(data[0]);
}

class Filler {
  private next = 0;

  constructor(
    private readonly codec: ElementCodec,
    private readonly into: TensorData,
    private readonly at: string,
    private readonly problems: InputProblems,
  ) {}

  /** @param axes levels of lists below this one. */
  fill(values: readonly unknown[], axes: number): void {
    for (const value of values) {
      if (axes > 0) this.fill(value as readonly unknown[], axes - 1);
      else this.store(value);
    }
  }

  private store(value: unknown): void {
    const index = this.next++;
    if (this.codec.set(this.into, index, value)) return;
    this.problems.add('INPUT_VALUE_TYPE', `${this.at}[element ${index}]`, 'not a value of the datatype', {
      got: describe(value),
      allowed: this.codec.accepts,
      remedy: 'Correct the value or the datatype.',
    });
  }
}
