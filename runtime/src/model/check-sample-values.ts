import type { ColumnSpec, InputSpec, Problem, Tensor } from '../contract';
import { inRange } from './check-inputs';
import { ELEMENTS, type Scalar } from './tensor-elements';

/** The first element that a caller would not be allowed to send: then the sample or the signature is wrong. */
export function checkSampleValues(
  input: InputSpec,
  tensor: Tensor,
): Omit<Problem, 'code' | 'at'> | undefined {
  const { read } = ELEMENTS[tensor.dtype];
  const width = input.columns?.length ?? 1;
  if (input.columns === undefined && input.range === undefined) return undefined;
  for (let i = 0; i < tensor.data.length; i++) {
    const column = input.columns?.[i % width];
    const value = read(tensor.data, i);
    // Only rows make NaN of what they leave out; tensors of samples cannot carry it.
    if (column?.required === false && Number.isNaN(value)) continue;
    const allowed = refusal(value, column?.range ?? input.range, column?.categories);
    if (allowed === undefined) continue;
    return {
      what: column === undefined ? 'a value is not allowed' : `the value of "${column.name}" is not allowed`,
      got: JSON.stringify(value),
      allowed,
      remedy: 'Correct the sample, or widen what the signature allows.',
    };
  }
  return undefined;
}

/** What would have been allowed, if the value is not. */
function refusal(
  value: Scalar,
  range: ColumnSpec['range'],
  categories: ColumnSpec['categories'],
): string | undefined {
  if (range !== undefined && !inRange(Number(value), range)) return `the range ${JSON.stringify(range)}`;
  if (categories === undefined) return undefined;
  const known = categories.some((category) => String(category) === String(value));
  return known ? undefined : `one of ${JSON.stringify(categories)}`;
}
