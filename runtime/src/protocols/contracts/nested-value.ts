import type { InputSpec, Tensor } from '../../contract';
import { describe, elementCodec, type InputProblems } from '../../inference';
import type { FormProblems } from '../../inference/form-problems';
import { MAX_RANK } from '../http/parse-request';

/** Where a value stands and where to report what is wrong with it. */
export interface Place {
  readonly at: string;
  readonly form: FormProblems;
  readonly values: InputProblems;
}

/**
 * Reads nested lists as the tensor of an input; the shape is that of the lists. null is a missing float.
 *
 * @returns undefined when it was reported why there is none.
 */
export function readNested({ name, dtype }: InputSpec, value: unknown, place: Place): Tensor | undefined {
  const shape = outerShape(value);
  const elements: unknown[] = [];
  if (shape.length > MAX_RANK || !flatten(value, shape, 0, elements)) {
    const allowed = `lists nested evenly, at most ${MAX_RANK} deep`;
    place.form.add(
      place.at,
      shape.length > MAX_RANK ? 'deeper lists' : 'lists of different lengths',
      allowed,
    );
    return undefined;
  }
  const codec = elementCodec(dtype)!;
  const data = codec.allocate(elements.length);
  elements.forEach((element, index) => {
    if (codec.set(data, index, element)) return;
    place.values.add('INPUT_VALUE_TYPE', `${place.at}[element ${index}]`, 'not a value of the dtype', {
      got: describe(element),
      allowed: codec.accepts,
      remedy: 'Correct the value.',
    });
  });
  return { name, dtype, shape, data };
}

/** Lengths along the first entries. */
function outerShape(value: unknown): number[] {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner) && shape.length <= MAX_RANK; inner = inner[0]) {
    shape.push(inner.length);
  }
  return shape;
}

function flatten(value: unknown, shape: readonly number[], axis: number, into: unknown[]): boolean {
  if (axis === shape.length) {
    into.push(value);
    return !Array.isArray(value);
  }
  if (!Array.isArray(value) || value.length !== shape[axis]) return false;
  return value.every((entry) => flatten(entry, shape, axis + 1, into));
}
