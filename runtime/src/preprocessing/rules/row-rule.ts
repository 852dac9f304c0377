import { type RowRuleSpec, show } from '../../contract';
import type { Batch, QualityFinding, RowProblems } from '../batch';
import type { FieldReader } from '../field-reader';
import type { Value } from '../planner';

/** Whether a row holds to a rule; undefined when a value that the rule needs is missing. */
export type RowTest = (batch: Batch, row: number, now: number) => boolean | undefined;

/** What a compiled rule says of itself. */
export interface RuleText {
  /** The fields it looks at; the first is the one that findings name. */
  readonly fields: readonly Value[];
  /** The rule in one line, `paid <= limit`. */
  readonly allowed: string;
}

/** What a rule demands, compiled; undefined after reporting why it cannot be. */
export type PlannedCheck = { readonly text: RuleText; readonly holds: RowTest } | undefined;

/** One compiled rule between fields: a pass over the rows of a batch. */
export class RowRule {
  constructor(
    private readonly spec: RowRuleSpec,
    private readonly text: RuleText,
    private readonly binds: readonly RowTest[],
    private readonly holds: RowTest,
    /** The field that counts as missing where the rule is broken. */
    private readonly imputed: FieldReader | undefined,
  ) {}

  /** Says which rows break the rule, or imputes the field they are broken by. */
  apply(batch: Batch, now: number, problems: RowProblems, findings: QualityFinding[]): void {
    for (let row = 0; row < batch.rows; row++) {
      if (this.isBroken(batch, row, now)) this.violated(batch, row, problems, findings);
    }
  }

  private isBroken(batch: Batch, row: number, now: number): boolean {
    for (const binds of this.binds) if (binds(batch, row, now) !== true) return false;
    return this.holds(batch, row, now) === false;
  }

  private violated(batch: Batch, row: number, problems: RowProblems, findings: QualityFinding[]): void {
    const { name, onViolation } = this.spec;
    if (onViolation === 'reject') {
      this.report(batch, row, problems);
      return;
    }
    const field = this.imputed?.name ?? this.text.fields[0]!.field;
    findings.push({ row, field, rule: name, policy: onViolation });
    this.imputed?.forget(row, batch);
  }

  private report(batch: Batch, row: number, problems: RowProblems): void {
    const { name, check, description } = this.spec;
    const { fields, allowed } = this.text;
    const got = fields.map((field) => `${field.field}: ${shown(field, batch, row)}`).join(', ');
    const place = check === 'age' ? `rows[${row}].${fields[0]!.field}` : `rows[${row}]`;
    problems.add(check === 'age' ? 'INPUT_AGE' : 'INPUT_RULE', place, `the row breaks the rule "${name}"`, {
      got,
      allowed,
      remedy: description ?? 'Check these values together.',
    });
  }
}

export function isMissing({ kind, slot }: Value, { rows, numbers, texts }: Batch, row: number): boolean {
  return kind === 'string' ? texts[slot * rows + row] === null : Number.isNaN(numbers[slot * rows + row]);
}

function shown(value: Value, batch: Batch, row: number): string {
  if (isMissing(value, batch, row)) return 'missing';
  const at = value.slot * batch.rows + row;
  if (value.kind === 'string') return show(batch.texts[at]);
  const number = batch.numbers[at]!;
  if (value.kind === 'date') return new Date(number).toISOString();
  return value.kind === 'boolean' ? String(number === 1) : String(number);
}
