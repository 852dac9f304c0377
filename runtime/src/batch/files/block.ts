import type { DuckDBValue } from '@duckdb/node-api';
import type { Problem } from '../../contract';
import type { Columns } from '../../inference/row-reader';

/** Consecutive rows of a file, column by column. */
export interface Block {
  /** Position in its file of the first row. */
  readonly firstRow: number;
  readonly rows: number;
  /** Values by field of the model; NaN and null are missing. */
  readonly columns: Columns;
  /** Values of the columns passed through, in their order: made when they are asked for, as that takes its time. */
  readonly passthrough: () => readonly (readonly DuckDBValue[])[];
  /** Rows, by position in the block, that could not be read at all. */
  readonly broken: ReadonlyMap<number, Problem>;
}

/** A line that is no row: it has no position among the rows. */
export interface LostLine {
  /** Number of the line in the file, from 1. */
  readonly line: number;
  readonly problem: Problem;
}

/** The rows from `from` up to `to`, positions in the block. */
export function sliceBlock(block: Block, from: number, to: number): Block {
  if (from === 0 && to === block.rows) return block;
  const slice = (values: ArrayLike<unknown>): ArrayLike<unknown> =>
    ArrayBuffer.isView(values)
      ? (values as Float64Array).subarray(from, to)
      : Array.prototype.slice.call(values, from, to);
  const broken = [...block.broken].filter(([row]) => row >= from && row < to);
  return {
    firstRow: block.firstRow + from,
    rows: to - from,
    columns: new Map([...block.columns].map(([name, values]) => [name, slice(values)])),
    passthrough: () => block.passthrough().map((values) => values.slice(from, to)),
    broken: new Map(broken.map(([row, problem]) => [row - from, problem])),
  };
}

/** Values of some rows of each column. */
export function pickRows(columns: Columns, rows: ArrayLike<number>): Columns {
  const pick = (values: ArrayLike<unknown>): ArrayLike<unknown> => {
    if (!ArrayBuffer.isView(values)) return Array.from(rows, (row) => values[row]);
    const numbers = values as Float64Array;
    const picked = new (numbers.constructor as Float64ArrayConstructor)(rows.length);
    for (let i = 0; i < rows.length; i++) picked[i] = numbers[rows[i]!]!;
    return picked;
  };
  return new Map([...columns].map(([name, values]) => [name, pick(values)]));
}
