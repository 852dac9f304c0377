import type { Baseline } from '../../contract';
import type { Commit } from '../run/commits';
import type { RunManifest } from '../run/run-manifest';
import type { FeatureCounts, ShardStatistics } from '../statistics';
import { type Drift, drift, featureDrift } from './drift';

/** A run summed up: what `report.json` says. */
export interface RunReport {
  readonly version: 1;
  readonly runId: string;
  readonly job: string;
  readonly model: RunManifest['model'];
  readonly startedAt: string;
  readonly files: number;
  readonly shards: number;
  readonly rows: { readonly read: number; readonly scored: number; readonly bad: number };
  /** Time of all shards together, and rows in a second of it. */
  readonly computeSeconds: number;
  readonly rowsPerSecond: number;
  readonly labels: Readonly<Record<string, number>>;
  readonly decisions: Readonly<Record<string, number>>;
  /** Mean of the scores, or of the values. */
  readonly meanScore: number | null;
  readonly scores: {
    readonly edges: readonly number[];
    /** Under the first edge, in each bin, over the last. */
    readonly counts: readonly number[];
    readonly baseline: readonly number[] | null;
    readonly drift: Drift | null;
  };
  /** By column of the model. */
  readonly features: Readonly<Record<string, Drift>>;
  /** Rows of which the features were counted. */
  readonly sampledRows: number;
  /** Problems of bad rows by code and field, most frequent first. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Values that broke a rule and were kept or imputed. */
  readonly flags: Readonly<Record<string, number>>;
}

export function runReport(
  manifest: RunManifest,
  commits: readonly Commit[],
  baseline: Baseline | undefined,
): RunReport {
  const parts = commits.map(({ statistics }) => statistics);
  const total = (of: (part: ShardStatistics) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0);
  const scored = total(({ scored }) => scored);
  const seconds = total(({ seconds }) => seconds);
  const rows = total(({ rows }) => rows);
  const features = mergeFeatures(parts);
  return {
    version: 1,
    runId: manifest.runId,
    job: manifest.job,
    model: manifest.model,
    startedAt: manifest.startedAt,
    files: manifest.files.length,
    shards: commits.length,
    rows: { read: rows, scored, bad: total(({ bad }) => bad) },
    computeSeconds: round(seconds),
    rowsPerSecond: seconds === 0 ? 0 : Math.round(rows / seconds),
    labels: addUp(parts.map(({ labels }) => labels)),
    decisions: addUp(parts.map(({ decisions }) => decisions)),
    meanScore: scored === 0 ? null : total(({ scoreSum }) => scoreSum) / scored,
    scores: scoresOf(parts, baseline),
    features: Object.fromEntries(
      Object.entries(features).flatMap(([name, counted]) => {
        const found = baseline && featureDrift(baseline.features[name]!, counted);
        return found === undefined ? [] : [[name, found]];
      }),
    ),
    sampledRows: total(({ sampled }) => sampled),
    reasons: mostFirst(addUp(parts.map(({ reasons }) => reasons))),
    flags: mostFirst(addUp(parts.map(({ flags }) => flags))),
  };
}

function scoresOf(parts: readonly ShardStatistics[], baseline: Baseline | undefined): RunReport['scores'] {
  const edges = parts[0]?.scores.edges ?? [];
  const counts = parts.map(({ scores }) => scores.counts).reduce(addCounts, []);
  const known = baseline?.scores?.counts ?? null;
  return {
    edges,
    counts,
    baseline: known,
    drift: known === null || counts.length === 0 ? null : drift(known, counts),
  };
}

function mergeFeatures(parts: readonly ShardStatistics[]): Record<string, FeatureCounts> {
  const merged: Record<string, FeatureCounts> = {};
  for (const { features } of parts) {
    for (const [name, { counts, nulls }] of Object.entries(features)) {
      const before = merged[name];
      merged[name] =
        before === undefined
          ? { counts, nulls }
          : { counts: addFeature(before.counts, counts), nulls: before.nulls + nulls };
    }
  }
  return merged;
}

function addFeature(a: FeatureCounts['counts'], b: FeatureCounts['counts']): FeatureCounts['counts'] {
  if (Array.isArray(a)) return addCounts(a as readonly number[], b as readonly number[]);
  return addUp([a as Record<string, number>, b as Record<string, number>]);
}

const addCounts = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.length === 0 ? b : a.map((count, i) => count + b[i]!);

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const part of counts)
    for (const [key, count] of Object.entries(part)) sums[key] = (sums[key] ?? 0) + count;
  return sums;
}

const mostFirst = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
