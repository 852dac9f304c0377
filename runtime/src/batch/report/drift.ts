import type { Baseline } from '../../contract';
import type { FeatureCounts } from '../statistics';

/** How far a distribution has moved from that of the training data. */
export interface Drift {
  /** Population stability index. */
  readonly psi: number;
  /** What chance alone exceeds once in a hundred times, with so many rows on both sides. */
  readonly noise: number;
  readonly rows: number;
  readonly verdict: 'stable' | 'moved' | 'drifted' | 'too few rows';
}

/** As banks read the index: below 0.1 nothing, from 0.25 on much. */
const MOVED = 0.1;
const DRIFTED = 0.25;
/** Fewer rows have an index of a tenth by chance. */
const LEAST_ROWS = 500;
/** An empty bin would make the index infinite. */
const HALF_A_ROW = 0.5;

/** Sum of (p - q) ln (p / q) over the bins. @param expected of the training data, @param counts of the run: bins in the same order. */
export function drift(expected: readonly number[], counts: readonly number[]): Drift {
  const n = sum(counts);
  const m = sum(expected);
  const bins = expected.length;
  let psi = 0;
  for (let i = 0; i < bins; i++) {
    const p = (counts[i]! + HALF_A_ROW) / (n + bins * HALF_A_ROW);
    const q = (expected[i]! + HALF_A_ROW) / (m + bins * HALF_A_ROW);
    psi += (p - q) * Math.log(p / q);
  }
  const noise = n === 0 || m === 0 ? Number.POSITIVE_INFINITY : chiSquare99(bins - 1) * (1 / n + 1 / m);
  return { psi, noise: Number.isFinite(noise) ? noise : 0, rows: n, verdict: verdictOf(psi, noise, n) };
}

function verdictOf(psi: number, noise: number, rows: number): Drift['verdict'] {
  if (rows < LEAST_ROWS) return 'too few rows';
  if (psi < Math.max(MOVED, noise)) return 'stable';
  return psi < DRIFTED ? 'moved' : 'drifted';
}

/**
 * Drift of a feature against the baseline, missing values being a bin of their own.
 *
 * @returns undefined for a feature that is counted in another way than the baseline does
 */
export function featureDrift(known: Baseline['features'][string], counted: FeatureCounts): Drift | undefined {
  if (known.kind === 'numeric') {
    if (!Array.isArray(counted.counts)) return undefined;
    return drift([...known.counts, known.nulls], [...(counted.counts as readonly number[]), counted.nulls]);
  }
  if (Array.isArray(counted.counts)) return undefined;
  const counts = counted.counts as Readonly<Record<string, number>>;
  const names = Object.keys(known.counts);
  const listed = names.map((name) => counts[name] ?? 0);
  const unseen = sum(Object.values(counts)) - sum(listed);
  return drift(
    [...names.map((name) => known.counts[name]!), known.unseen ?? 0, known.nulls],
    [...listed, unseen, counted.nulls],
  );
}

/** The 99th percentile of chi square, by Wilson and Hilferty: 2 m n / (m + n) times the index has about this distribution. */
function chiSquare99(degrees: number): number {
  const z = 2.3263;
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + z * Math.sqrt(spread)) ** 3;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
