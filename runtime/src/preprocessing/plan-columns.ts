import { type ColumnSpec, type InputSpec, isFloat, isNumeric } from '../contract';
import { planImageInput } from './images/plan-image';
import { InputWriter, type TensorWriter } from './input-writer';
import type { Path, Planner, Value } from './planner';

/** Finds the value of every column of the signature; a writer for each input. */
export function planColumns(planner: Planner, inputs: readonly InputSpec[]): TensorWriter[] {
  return inputs.map((input, i) => {
    const path = ['signature', 'inputs', i];
    const image = planner.image(input.name);
    if (image !== undefined)
      return planImageInput(planner, path, input, image) ?? new InputWriter(input, [], []);
    const columns = input.columns ?? [wholeColumn(input)];
    if (!isFlat(input, columns.length)) reportShape(planner, path, input);
    const slots = columns.map((column, j) => {
      const at = input.columns === undefined ? path : [...path, 'columns', j];
      return planColumn(planner, [...at, 'name'], input, column)?.slot ?? 0;
    });
    return new InputWriter(
      input,
      columns.map(({ name }) => name),
      slots,
    );
  });
}

/** An input without columns takes the value of its own name, which may not be missing. */
const wholeColumn = ({ name }: InputSpec): Pick<ColumnSpec, 'name' | 'required'> => ({
  name,
  required: true,
});

/** Whether a row of the input is one value a column. */
function isFlat({ shape }: InputSpec, columns: number): boolean {
  const rowShape = typeof shape[0] === 'string' ? shape.slice(1) : shape;
  const outer = rowShape.slice(0, -1);
  return outer.every((size) => size === 1) && (rowShape.at(-1) ?? 1) === columns;
}

function planColumn(
  planner: Planner,
  path: Path,
  { dtype }: InputSpec,
  { name, required }: Pick<ColumnSpec, 'name' | 'required'>,
): Value | undefined {
  const known = planner.has(name);
  const value = planner.column(name);
  if (!known) {
    planner.fault(path, {
      what: 'no field and no step of the preprocessing has the name of this column',
      got: name,
      remedy: 'Add the field, or give the result of a step this name with `as`.',
    });
  }
  if (value === undefined) return undefined;
  const allowed = ALLOWED[value.kind](dtype);
  if (allowed !== undefined) {
    planner.fault(path, {
      what: `the preprocessing makes ${value.kind === 'pixels' ? 'pixels' : `a ${value.kind}`} of "${name}", which is no ${dtype}`,
      allowed,
      remedy: REMEDIES[value.kind] ?? 'Add a step that encodes it.',
    });
  }
  if (value.nullable && (required || !isFloat(dtype))) {
    planner.fault(path, {
      what: `the value of "${name}" may be missing, which the column does not allow`,
      remedy: `Add an impute step, a default or ${isFloat(dtype) ? '`required: false` on the column' : 'make the field required'}.`,
    });
  }
  return value;
}

/** What a column has to be for values of a kind; undefined when it is. */
const ALLOWED: Readonly<Record<Value['kind'], (dtype: InputSpec['dtype']) => string | undefined>> = {
  number: (dtype) => (isNumeric(dtype) ? undefined : 'a numeric dtype'),
  boolean: (dtype) => (isNumeric(dtype) || dtype === 'BOOL' ? undefined : 'BOOL or a numeric dtype'),
  string: (dtype) => (dtype === 'BYTES' ? undefined : 'BYTES'),
  date: () => 'a number or a text',
  image: () => 'a number or a text',
  pixels: () => 'a number or a text',
};

const REMEDIES: Readonly<Partial<Record<Value['kind'], string>>> = {
  date: 'Take parts of the date with a date step.',
  image: 'Take its pixels with an image step.',
  pixels: 'Give the result the name of an input that takes an image.',
};

function reportShape(planner: Planner, path: Path, { name, shape }: InputSpec): void {
  planner.fault([...path, 'shape'], {
    what: `preprocessing cannot fill the input "${name}"`,
    got: shape,
    allowed: 'one value a row, or one for each of its columns',
    remedy: 'Name the columns of the input; an input of images is filled by an image step of its name.',
  });
}
