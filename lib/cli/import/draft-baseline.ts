import type { Baseline } from '@inferstack/runtime/contract';
import type { DraftSignature } from '../init/draft-signature';
import { importError } from './problems';
import type { Table } from './table';
import { cellValue, type TableFeature, tableFeatures } from './table-features';

export type FeatureStatistics = Baseline['features'][string];

const BINS = 10;
const DIGITS = 6;

/**
 * Statistics of training rows, in the form that drift is measured against: bins between the deciles, each feature by
 * itself. Scores and labels are left out: only the training run knows on which rows they mean something.
 *
 * @throws ProblemError IMPORT_ROWS
 */
export function draftBaseline(signature: DraftSignature, table: Table): Baseline {
  const features = tableFeatures(signature, table).map((feature) => [
    feature.name,
    statistics(table, feature),
  ]);
  return {
    apiVersion: 'inferstack.dev/v1',
    kind: 'Baseline',
    rows: table.rows.length,
    features: Object.fromEntries(features) as Baseline['features'],
  };
}

function statistics(table: Table, feature: TableFeature): FeatureStatistics {
  const cells = table.rows.map((row) => cellValue(table, row, feature));
  const values = cells.filter((value) => value !== undefined);
  const nulls = cells.length - values.length;
  const { dtype } = feature.input;
  if (dtype === 'BYTES') return { kind: 'categorical', counts: countEach(values.map(String)), nulls };
  if (values.length === 0) {
    const what = `the column "${feature.name}" has no value`;
    throw importError('IMPORT_ROWS', `${table.file}:1`, { what, remedy: 'Give rows that have some.' });
  }
  return { ...numeric(values.map(Number)), nulls };
}

export function countEach(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Bins between the deciles, and moments. */
export function numeric(
  values: readonly number[],
): Omit<Extract<FeatureStatistics, { kind: 'numeric' }>, 'nulls'> {
  const sorted = [...values].sort((a, b) => a - b);
  const edges = quantileEdges(sorted);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    kind: 'numeric',
    edges,
    counts: countBins(values, edges),
    mean: rounded(mean, Math.round),
    std: rounded(Math.sqrt(variance), Math.round),
    min: rounded(sorted[0]!, Math.round),
    max: rounded(sorted.at(-1)!, Math.round),
  };
}

/**
 * Ascending quantiles, tied ones once. The last is rounded up and the others down: a value then falls into the same bin
 * whether it arrives as a 32-bit float or as it was written, and no row lies outside.
 */
function quantileEdges(sorted: readonly number[]): number[] {
  const quantiles = Array.from({ length: BINS + 1 }, (_, i) => quantile(sorted, i / BINS));
  const edges = quantiles.map((value, i) => rounded(value, i === BINS ? Math.ceil : Math.floor));
  const distinct = [...new Set(edges)].sort((a, b) => a - b);
  // A constant has no quantiles apart from itself: one narrow bin holds it.
  const [only] = distinct;
  return distinct.length > 1 ? distinct : [only!, only! + Math.max(Math.abs(only!), 1) / 10 ** (DIGITS - 1)];
}

/** Linear between neighbours, as NumPy has it by default. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const [below, above] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return below + (above - below) * (place - low);
}

/** Counts under, per bin, over. A bin holds its lower edge, the last one its upper edge as well. */
function countBins(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  const last = edges.at(-1)!;
  for (const value of values) {
    const over = edges.findIndex((edge) => value < edge);
    const bin = over >= 0 ? over : value === last ? edges.length - 1 : edges.length;
    counts[bin]!++;
  }
  return counts;
}

/** To so many significant digits. */
function rounded(value: number, round: (value: number) => number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(value))) - DIGITS + 1;
  // Through decimal text: a power of ten below one is no exact number.
  return Number(`${round(Number(`${value}e${-exponent}`))}e${exponent}`);
}
