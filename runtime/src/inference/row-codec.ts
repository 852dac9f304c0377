import type { Tensor } from '../contract';
import { closest } from '../model/closest';
import { describe, InputProblems } from './input-problems';
import type { InputRules } from './input-rules';
import { type Row, type RowField, rowField } from './row-fields';
import type { Columns, RowReader } from './row-reader';
import type { TensorValidator } from './tensor-validator';

/** Turns rows, `{column name: value}`, into the tensors of a signature; every bad value of every row is reported. */
export class RowCodec implements RowReader {
  private readonly fields: readonly RowField[];
  /** Names a row may use. */
  readonly names: ReadonlySet<string>;
  readonly batched: boolean;

  constructor(
    rules: readonly InputRules[],
    private readonly validator: TensorValidator,
  ) {
    this.fields = rules.map(rowField);
    this.names = new Set(this.fields.flatMap((field) => field.names));
    this.batched = this.fields.every((field) => field.batched);
  }

  /** @throws RequestError INPUT_INVALID */
  decode(rows: readonly unknown[]): Tensor[] {
    const problems = new InputProblems();
    this.checkCount(rows, problems);
    rows.forEach((row, index) => {
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return;
      const rest = {
        got: describe(row),
        allowed: 'an object of column names and values',
        remedy: 'Send objects.',
      };
      problems.add('INPUT_VALUE_TYPE', `rows[${index}]`, 'not an object', rest);
    });
    problems.throwIfAny();
    (rows as readonly Row[]).forEach((row, index) => {
      for (const name of Object.keys(row))
        if (!this.names.has(name)) this.reportUnknown(name, index, problems);
    });
    return this.shaped(
      this.fields.map((field) => field.read(rows as readonly Row[], problems)),
      problems,
    );
  }

  /** @throws RequestError INPUT_INVALID */
  decodeColumns(columns: Columns, rows: number): Tensor[] {
    const problems = new InputProblems();
    this.checkCount({ length: rows }, problems);
    problems.throwIfAny();
    return this.shaped(
      this.fields.map((field) => field.readColumns(columns, rows, problems)),
      problems,
    );
  }

  /** The tensors, once nothing is wrong with their values and their shapes. */
  private shaped(tensors: readonly (Tensor | undefined)[], problems: InputProblems): Tensor[] {
    problems.throwIfAny();
    this.validator.checkShapes(tensors as Tensor[], problems);
    problems.throwIfAny();
    return tensors as Tensor[];
  }

  private checkCount(rows: { readonly length: number }, problems: InputProblems): void {
    if (rows.length > 0 && (this.batched || rows.length === 1)) return;
    problems.add('INPUT_SHAPE', 'rows', 'the number of rows does not fit', {
      got: String(rows.length),
      allowed: this.batched ? 'at least 1' : '1, the model has no batch dimension',
      remedy: this.batched ? 'Send a row.' : 'Send each row in a request of its own.',
    });
  }

  private reportUnknown(name: string, index: number, problems: InputProblems): void {
    const shortened = name.length > 64 ? `${name.slice(0, 64)}...` : name;
    const known = [...this.names];
    const listed = known.length > 8 ? `${known.slice(0, 8).join(', ')}, ...` : known.join(', ');
    const remedy =
      problems.listed.length < MAX_SUGGESTIONS
        ? closest(name, known, `Known: ${listed}.`)
        : 'Correct the name.';
    problems.add('INPUT_UNKNOWN', `rows[${index}].${shortened}`, 'the model has no column of this name', {
      remedy,
    });
  }
}

/** Searching the nearest name costs more than anything else here: a hostile batch must not buy much of it. */
const MAX_SUGGESTIONS = 50;
