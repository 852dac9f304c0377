import { RequestError } from '../errors';
import type { ModelInstance } from '../inference';
import type { Row } from './entity-reader';
import type { FeatureFinding } from './feature-finding';
import type { FilledRow } from './fill-row';

/** Rows with their features, as the model takes them. */
export class JoinedRows {
  readonly rows: readonly Row[];
  readonly findings: readonly FeatureFinding[];

  constructor(
    given: readonly Row[],
    private readonly filled: readonly FilledRow[],
    { lookups, rows: { names } }: ModelInstance,
  ) {
    const keys = lookups.flatMap((lookup) => lookup.keys.map(({ field }) => field));
    const strange = new Set(keys.filter((field) => !names.has(field)));
    const rows = given.map((row) => withoutKeys(row, strange));
    for (const { row, values } of filled) Object.assign(rows[row]!, values);
    this.rows = rows;
    this.findings = filled.flatMap(({ findings }) => findings);
  }

  /**
   * Says whose fault a refused row is: a value from the store that breaks the rules of the model is none of the
   * caller's, who is told the places but not the values.
   */
  blame(error: unknown): unknown {
    if (!(error instanceof RequestError) || error.code !== 'INPUT_INVALID') return error;
    const places = this.filled.flatMap(({ row, values }) =>
      Object.keys(values).map((field) => `rows[${row}].${field}`),
    );
    const problems = error.problems.filter(({ at }) =>
      places.some((place) => at === place || at.startsWith(`${place}[`)),
    );
    if (problems.length === 0) return error;
    const { at, what } = problems[0]!;
    return new RequestError(
      'FEATURES_INVALID',
      `${at}: a feature store gave what the model refuses: ${what}.`,
      {
        problems: problems.map(({ got: _, ...problem }) => problem),
        cause: error,
      },
    );
  }
}

/** A copy, without the keys that the model itself does not take. */
function withoutKeys(row: Row, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !keys.has(name)));
}
