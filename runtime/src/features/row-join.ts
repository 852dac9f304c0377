import type { Manifest } from '../contract';
import type { InputProblems } from '../inference/input-problems';
import { type RowValueKind, rowValues } from '../model';
import { entityId, type Row, readEntity } from './entity-reader';
import type { FeatureMetrics } from './feature-metrics';
import type { FeatureStore } from './feature-store';
import { type FilledRow, fillRow } from './fill-row';
import { refusalOf } from './refuse-rows';
import type { Entity } from './store-protocol';

/** What one store is to be asked for the rows of one request. */
export interface Question {
  /** @throws RequestError for rows that the lookup refuses; the reason of `signal` when that aborts. */
  answer(signal: AbortSignal | undefined): Promise<readonly FilledRow[]>;
}

interface OpenRow {
  readonly row: number;
  readonly id: string;
  /** Positions of the features that the row does not bring itself. */
  readonly open: readonly number[];
}

/** One lookup for one model. */
export class RowJoin {
  private readonly kinds: ReadonlyMap<string, RowValueKind>;

  constructor(
    private readonly store: FeatureStore,
    manifest: Manifest,
    private readonly metrics: FeatureMetrics,
  ) {
    this.kinds = new Map(rowValues(manifest).map(({ name, kind }) => [name, kind]));
  }

  /** Rows that bring all features themselves are not looked up. */
  read(rows: readonly Row[], problems: InputProblems): Question {
    const { keys } = this.store.lookup;
    const entities = new Map<string, Entity>();
    const open: OpenRow[] = [];
    for (const [row, values] of rows.entries()) {
      const entity = readEntity(keys, values, row, problems);
      const positions = this.openFeatures(values, row, problems);
      if (entity === undefined || positions.length === 0) continue;
      const id = entityId(entity);
      entities.set(id, entity);
      open.push({ row, id, open: positions });
    }
    return { answer: (signal) => this.answer(entities, open, signal) };
  }

  private async answer(
    entities: ReadonlyMap<string, Entity>,
    open: readonly OpenRow[],
    signal: AbortSignal | undefined,
  ): Promise<FilledRow[]> {
    const { store, kinds } = this;
    const known = await store.find(entities, signal);
    const rules = { lookup: store.lookup, kinds, isStale: (time: number) => store.isStale(time) };
    const filled = open.map(({ row, id, open: positions }) => fillRow(row, positions, known.get(id)!, rules));
    for (const { outcome } of filled) this.metrics.countRow(store.lookup.name, outcome);
    const refused = filled.flatMap((row) => row.refused);
    if (refused.length > 0) throw refusalOf(store.lookup.name, refused);
    return filled;
  }

  private openFeatures(values: Row, row: number, problems: InputProblems): number[] {
    const { features, onGiven, name } = this.store.lookup;
    return features.flatMap(({ field }, position) => {
      if (!Object.hasOwn(values, field) || values[field] === null || values[field] === undefined)
        return position;
      if (onGiven === 'reject') {
        const remedy = 'Leave it out.';
        const what = `the value comes from the feature store ${name}`;
        problems.add('INPUT_FEATURE_GIVEN', `rows[${row}].${field}`, what, { remedy });
      }
      return [];
    });
  }
}
