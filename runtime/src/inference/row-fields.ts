import {
  type ColumnSpec,
  type Dtype,
  type InputSpec,
  isFloat,
  type Tensor,
  type TensorData,
} from '../contract';
import { type ElementCodec, elementAt, elementCodec } from './elements';
import { describe, type InputProblems } from './input-problems';
import type { InputRules } from './input-rules';
import type { Columns } from './row-reader';

export type Row = Readonly<Record<string, unknown>>;

/** Reads what rows carry for one input into its tensor. */
export interface RowField {
  readonly batched: boolean;
  /** Names this field reads from a row. */
  readonly names: readonly string[];
  /** Undefined when nothing could be read; then the reason was reported. */
  read(rows: readonly Row[], problems: InputProblems): Tensor | undefined;
  /** As `read`, from columns. */
  readColumns(columns: Columns, rows: number, problems: InputProblems): Tensor | undefined;
}

export function rowField(rules: InputRules): RowField {
  const { shape, columns } = rules.spec;
  const outer = shape.slice(isBatched(rules.spec) ? 1 : 0, -1);
  const named = columns !== undefined && outer.every((dimension) => dimension === 1);
  return named ? new ColumnsField(rules) : new WholeField(rules);
}

function isBatched(spec: InputSpec): boolean {
  return typeof spec.shape[0] === 'string';
}

function codecOf({ dtype }: InputSpec): ElementCodec {
  return elementCodec(dtype)!;
}

function reportType(codec: ElementCodec, value: unknown, at: string, problems: InputProblems): void {
  const rest = { got: describe(value), allowed: codec.accepts, remedy: 'Correct the value.' };
  problems.add('INPUT_VALUE_TYPE', at, 'not a value of the dtype', rest);
}

function fallback(column: ColumnSpec, dtype: Dtype): unknown {
  if (column.required) return undefined;
  if (column.default === undefined) return isFloat(dtype) ? null : undefined;
  return dtype === 'BOOL' ? Boolean(column.default) : column.default;
}

/** In columns NaN stands for a missing value: typed arrays have no null. */
function present(value: unknown): unknown {
  return Number.isNaN(value) ? undefined : value;
}

type Bounds = readonly [low: number, high: number];

/** Whether the values are numbers side by side in memory, as engines of files give them. */
function isNumbers(values: ArrayLike<unknown>): values is Float32Array | Float64Array {
  return ArrayBuffer.isView(values) && typeof values[0] === 'number';
}

/** Puts a column into its place in every row. @returns the rows that need a closer look */
function spread(
  values: ArrayLike<unknown>,
  data: Float32Array,
  column: number,
  width: number,
  [low, high]: Bounds,
): number[] {
  const odd: number[] = [];
  for (let row = 0, offset = column; offset < data.length; row++, offset += width) {
    const value = values[row];
    if (typeof value === 'number') {
      data[offset] = value;
      if (data[offset]! >= low && data[offset]! <= high) continue;
    }
    odd.push(row);
  }
  return odd;
}

/** As `spread`; apart, so that the compiler knows what it reads: a quarter of the time. */
function spreadTyped(
  values: Float32Array | Float64Array,
  data: Float32Array,
  column: number,
  width: number,
  [low, high]: Bounds,
): number[] {
  const odd: number[] = [];
  for (let row = 0, offset = column; offset < data.length; row++, offset += width) {
    data[offset] = values[row]!;
    const stored = data[offset]!;
    if (!(stored >= low && stored <= high)) odd.push(row);
  }
  return odd;
}

/** An input whose last dimension has names: a row carries one value for each. */
class ColumnsField implements RowField {
  readonly batched: boolean;
  readonly names: readonly string[];
  private readonly codec: ElementCodec;
  private readonly fallbacks: readonly unknown[];
  private readonly plain: boolean;

  constructor(private readonly rules: InputRules) {
    const { spec } = rules;
    this.batched = isBatched(spec);
    this.names = rules.columns!;
    this.codec = codecOf(spec);
    this.plain = spec.dtype === 'FP32' || spec.dtype === 'FP64';
    // A value may be left out when the codec has something to store instead: the default, or NaN by way of null.
    this.fallbacks = spec.columns!.map((column) => fallback(column, spec.dtype));
  }

  read(rows: readonly Row[], problems: InputProblems): Tensor {
    const tensor = this.allocate(rows.length);
    const data = tensor.data as Float32Array;
    const columns = this.names.length;
    for (let index = 0; index < rows.length; index++) {
      for (let column = 0; column < columns; column++) {
        const value = rows[index]![this.names[column]!];
        // Nearly every value is an allowed number for a float: no need to ask anybody.
        if (this.plain && typeof value === 'number') {
          const offset = index * columns + column;
          data[offset] = value;
          if (this.rules.inRange(data[offset]!, column)) continue;
        }
        const name = this.names[column]!;
        const given = Object.hasOwn(rows[index]!, name) ? rows[index]![name] : undefined;
        this.readValue(given, index, column, tensor, problems);
      }
    }
    return this.shaped(tensor);
  }

  readColumns(columns: Columns, rows: number, problems: InputProblems): Tensor {
    const tensor = this.allocate(rows);
    for (let column = 0; column < this.names.length; column++) {
      const values = columns.get(this.names[column]!) ?? [];
      if (this.plain) this.readNumbers(values, column, tensor, problems);
      else
        for (let row = 0; row < rows; row++)
          this.readValue(present(values[row]), row, column, tensor, problems);
    }
    return this.shaped(tensor);
  }

  private readNumbers(
    values: ArrayLike<unknown>,
    column: number,
    tensor: Tensor,
    problems: InputProblems,
  ): void {
    const data = tensor.data as Float32Array;
    const width = this.names.length;
    const bounds = this.rules.bounds(column);
    const odd = isNumbers(values)
      ? spreadTyped(values, data, column, width, bounds)
      : spread(values, data, column, width, bounds);
    for (const row of odd) this.readValue(present(values[row]), row, column, tensor, problems);
  }

  private allocate(rows: number): Tensor {
    const { name, dtype, shape } = this.rules.spec;
    const data = this.codec.allocate(rows * this.names.length);
    return { name, dtype, shape: [rows, ...shape.slice(1).map(Number)], data };
  }

  private shaped(tensor: Tensor): Tensor {
    return this.batched ? tensor : { ...tensor, shape: this.rules.spec.shape.map(Number) };
  }

  private readValue(
    given: unknown,
    index: number,
    column: number,
    { dtype, data }: Tensor,
    problems: InputProblems,
  ): void {
    const name = this.names[column]!;
    const value = given ?? this.fallbacks[column];
    const offset = index * this.names.length + column;
    if (value === undefined) {
      const rest = { remedy: 'Send a value; it is required.' };
      problems.add('INPUT_MISSING', `rows[${index}].${name}`, 'the value is missing', rest);
    } else if (!this.codec.set(data, offset, value)) {
      reportType(this.codec, value, `rows[${index}].${name}`, problems);
    } else {
      const element = elementAt(dtype, data, offset);
      if (!this.rules.allows(element, column)) {
        this.rules.report(element, column, `rows[${index}].${name}`, problems);
      }
    }
  }
}

/** An input without names: a row carries its whole tensor as nested arrays under the name of the input. */
class WholeField implements RowField {
  readonly batched: boolean;
  readonly names: readonly string[];
  private readonly codec: ElementCodec;
  private readonly columns: number;

  constructor(private readonly rules: InputRules) {
    this.columns = rules.columns?.length ?? 1;
    this.batched = isBatched(rules.spec);
    this.names = [rules.spec.name];
    this.codec = codecOf(rules.spec);
  }

  read(rows: readonly Row[], problems: InputProblems): Tensor | undefined {
    const { name, dtype } = this.rules.spec;
    const shape = this.shapeOf(rows[0]!);
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const before = problems.total;
    const elements: unknown[] = [];
    rows.forEach((row, index) => {
      const at = `rows[${index}].${name}`;
      if (Object.hasOwn(row, name)) flatten(row[name], shape, 0, at, elements, problems);
      else
        problems.add('INPUT_MISSING', at, 'the value is missing', {
          remedy: 'Send nested arrays under this name.',
        });
    });
    if (problems.total > before) return undefined;
    const data = this.codec.allocate(elements.length);
    elements.forEach((value, index) => {
      if (this.store(data, index, value)) return;
      const prefix = `rows[${Math.floor(index / size)}].${name}`;
      this.report(data, index, value, this.rules.locate(prefix, shape, index % size), problems);
    });
    return { name, dtype, shape: this.batched ? [rows.length, ...shape] : shape, data };
  }

  readColumns(columns: Columns, rows: number, problems: InputProblems): Tensor | undefined {
    const { name } = this.rules.spec;
    const values = columns.get(name) ?? [];
    const named = Array.from({ length: rows }, (_, row): Row => {
      const value = present(values[row]);
      return value === undefined || value === null ? {} : { [name]: value };
    });
    return this.read(named, problems);
  }

  private store(data: TensorData, index: number, value: unknown): boolean {
    if (value === null || !this.codec.set(data, index, value)) return false;
    return this.rules.allows(elementAt(this.rules.spec.dtype, data, index), index % this.columns);
  }

  private report(data: TensorData, index: number, value: unknown, at: string, problems: InputProblems): void {
    if (value === null || !this.codec.set(data, index, value)) reportType(this.codec, value, at, problems);
    else this.rules.report(elementAt(this.rules.spec.dtype, data, index), index % this.columns, at, problems);
  }

  /** Shape of one row: as the signature says, symbolic sizes as the first row has them. */
  private shapeOf(row: Row): number[] {
    const dimensions = this.rules.spec.shape.slice(this.batched ? 1 : 0);
    let value: unknown = row[this.rules.spec.name];
    return dimensions.map((dimension) => {
      const length = Array.isArray(value) ? value.length : 1;
      value = Array.isArray(value) ? value[0] : undefined;
      return typeof dimension === 'number' ? dimension : Math.max(1, length);
    });
  }
}

/** Appends the elements of nested arrays, demanding the given shape; the depth is bounded by the signature. */
function flatten(
  value: unknown,
  shape: readonly number[],
  axis: number,
  at: string,
  into: unknown[],
  problems: InputProblems,
): void {
  if (axis === shape.length) {
    into.push(value);
  } else if (!Array.isArray(value) || value.length !== shape[axis]) {
    problems.add('INPUT_SHAPE', at, 'the nested arrays do not fit the signature', {
      got: Array.isArray(value) ? `${value.length} entries` : describe(value),
      allowed: `an array of ${shape[axis]} entries`,
      remedy: 'Nest the arrays as the shape of the input says, without the batch dimension.',
    });
  } else {
    for (let index = 0; index < value.length; index++) {
      flatten(value[index], shape, axis + 1, `${at}[${index}]`, into, problems);
    }
  }
}
