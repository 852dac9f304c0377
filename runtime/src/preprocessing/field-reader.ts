import { type FieldSpec, show, type ValueType } from '../contract';
import type { Batch, QualityFinding, RowProblems } from './batch';
import type { FieldRule } from './field-rules';
import { parseIsoDate } from './iso-date';

/** Reads what rows carry for one field into its place in a batch. */
export interface ColumnReader {
  readonly name: string;
  /** @param column a value a row; undefined, null and NaN are missing. */
  read(column: ArrayLike<unknown>, batch: Batch, problems: RowProblems, findings: QualityFinding[]): void;
}

/** A field whose values are single ones. */
export type ValueField = FieldSpec & { readonly type: ValueType };

/** Reads the values of one field into its column of a batch. */
export class FieldReader implements ColumnReader {
  readonly name: string;
  /** What every number may be without asking anybody. */
  private readonly low: number;
  private readonly high: number;

  constructor(
    private readonly spec: ValueField,
    private readonly slot: number,
    private readonly fallback: number | string | undefined,
    private readonly rules: readonly FieldRule[],
  ) {
    this.name = spec.name;
    const quick = spec.type === 'number' && spec.categories === undefined;
    this.low = quick ? (spec.range?.[0] ?? -Number.MAX_VALUE) : Number.POSITIVE_INFINITY;
    this.high = quick ? (spec.range?.[1] ?? Number.MAX_VALUE) : Number.NEGATIVE_INFINITY;
  }

  read(column: ArrayLike<unknown>, batch: Batch, problems: RowProblems, findings: QualityFinding[]): void {
    const { rows, numbers } = batch;
    const start = this.slot * rows;
    for (let row = 0; row < rows; row++) {
      const value = column[row];
      if (typeof value === 'number' && value >= this.low && value <= this.high) numbers[start + row] = value;
      else this.readSlowly(value, row, batch, problems, findings);
    }
  }

  /** Takes the value of a row for missing. */
  forget(row: number, batch: Batch): void {
    this.store(this.fallback, row, batch);
  }

  private readSlowly(
    value: unknown,
    row: number,
    batch: Batch,
    problems: RowProblems,
    findings: QualityFinding[],
  ): void {
    if (value === undefined || value === null || Number.isNaN(value)) {
      if (this.spec.required) this.reportMissing(row, problems);
      if (this.spec.onMissing !== undefined)
        findings.push({ row, field: this.name, rule: 'missing', policy: this.spec.onMissing });
      this.store(this.fallback, row, batch);
      return;
    }
    const stored = STORED[this.spec.type](value);
    if (stored === undefined) {
      this.reportType(value, row, problems);
      return;
    }
    const broken = this.rules.find((rule) => !rule.holds(stored));
    this.store(
      broken === undefined ? stored : this.violated(broken, stored, row, problems, findings),
      row,
      batch,
    );
  }

  /** What a value that breaks a rule becomes. */
  private violated(
    { rule, code, what, allowed, remedy }: FieldRule,
    stored: number | string,
    row: number,
    problems: RowProblems,
    findings: QualityFinding[],
  ): number | string | undefined {
    const { name, onViolation } = this.spec;
    if (onViolation === 'reject') {
      problems.add(code, `rows[${row}].${name}`, what, { got: show(stored), allowed, remedy });
      return stored;
    }
    findings.push({ row, field: name, rule, policy: onViolation });
    return onViolation === 'impute' ? this.fallback : stored;
  }

  private store(value: number | string | undefined, row: number, { rows, numbers, texts }: Batch): void {
    const at = this.slot * rows + row;
    if (this.spec.type === 'string') texts[at] = (value as string | undefined) ?? null;
    else numbers[at] = (value as number | undefined) ?? Number.NaN;
  }

  private reportMissing(row: number, problems: RowProblems): void {
    const rest = { remedy: 'Send a value; it is required.' };
    problems.add('INPUT_MISSING', `rows[${row}].${this.name}`, 'the value is missing', rest);
  }

  private reportType(value: unknown, row: number, problems: RowProblems): void {
    const { type } = this.spec;
    const isNumber = type === 'number' && typeof value === 'number';
    problems.add(
      isNumber ? 'INPUT_NOT_FINITE' : 'INPUT_VALUE_TYPE',
      `rows[${row}].${this.name}`,
      `not a ${type}`,
      {
        got: describe(value),
        allowed: ALLOWED[type],
        remedy: 'Correct the value.',
      },
    );
  }
}

const STORED: Readonly<Record<ValueType, (value: unknown) => number | string | undefined>> = {
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  string: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  date: (value) => (typeof value === 'string' ? parseIsoDate(value) : undefined),
};

const ALLOWED: Readonly<Record<ValueType, string>> = {
  number: 'a finite number',
  string: 'a string',
  boolean: 'true or false',
  date: 'an ISO 8601 date like 2024-02-29, or a time with Z or an offset like 2024-02-29T13:45:00Z',
};

/** Never a whole document, and safe for any depth of nesting. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : show(value);
}
