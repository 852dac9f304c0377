import type { OutputSpec, Tensor } from '../contract';
import { ELEMENTS } from '../model/tensor-elements';

/** Fills the outputs of a step with its defaults. */
export function defaultOutputs(
  values: Readonly<Record<string, number | string | boolean>>,
  specs: ReadonlyMap<string, OutputSpec>,
  rows: number,
): ReadonlyMap<string, Tensor> {
  return new Map(
    Object.entries(values).map(([name, value]) => [name, filled(specs.get(name)!, value, rows)]),
  );
}

function filled({ name, dtype, shape }: OutputSpec, value: number | string | boolean, rows: number): Tensor {
  const sizes = [rows, ...shape.slice(1).map(Number)];
  const length = sizes.reduce((product, size) => product * size, 1);
  const { create, write } = ELEMENTS[dtype];
  const data = create(length);
  for (let i = 0; i < length; i++) write(data, i, value);
  return { name, dtype, shape: sizes, data };
}
