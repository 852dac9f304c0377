import { type Baseline, isFloat, type Manifest, type TensorData } from '../contract';
import { Histogram } from './histogram';
import type { ScoredBlock } from './score-block';

/** Of a feature: counts in the bins of the baseline, or by category. */
export interface FeatureCounts {
  readonly counts: readonly number[] | Readonly<Record<string, number>>;
  readonly nulls: number;
}

/** Sums over rows: those of two shards are added up to those of both. */
export interface ShardStatistics {
  /** Rows and lines that were read. */
  readonly rows: number;
  readonly scored: number;
  readonly bad: number;
  /** Of bad rows: how many problems of each code and field there were. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Values that broke a rule and were kept or imputed, by field, rule and policy. */
  readonly flags: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, number>>;
  readonly decisions: Readonly<Record<string, number>>;
  /** In the bins of the baseline, of the score of the positive class or the value; without one in tenths from 0 to 1. */
  readonly scores: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  readonly scoreSum: number;
  /** Rows of which the features were counted. */
  readonly sampled: number;
  readonly features: Readonly<Record<string, FeatureCounts>>;
  readonly seconds: number;
}

/** Features are counted of one row in so many: a tenth of the work, and thousands of rows are as good as millions. */
export const FEATURE_STRIDE = 8;

const TENTHS = Array.from({ length: 11 }, (_, i) => i / 10);

interface CountedFeature {
  readonly name: string;
  readonly input: string;
  readonly column: number;
  readonly width: number;
  readonly histogram: Histogram | undefined;
  readonly categories: Map<string, number>;
  nulls: number;
}

/** Adds up what became of the rows of one shard. */
export class StatisticsCollector {
  private rows = 0;
  private scored = 0;
  private bad = 0;
  private sampled = 0;
  private scoreSum = 0;
  private readonly reasons = new Map<string, number>();
  private readonly flags = new Map<string, number>();
  private readonly labels: number[];
  private readonly decided: number[];
  private readonly scoreEdges: readonly number[];
  private readonly scores: Histogram;
  private readonly features: readonly CountedFeature[];
  private readonly started = performance.now();

  constructor(
    manifest: Manifest,
    baseline: Baseline | undefined,
    private readonly classes: readonly string[],
    private readonly decisions: readonly string[],
  ) {
    this.labels = classes.map(() => 0);
    this.decided = decisions.map(() => 0);
    this.scoreEdges = baseline?.scores?.edges ?? TENTHS;
    this.scores = new Histogram(this.scoreEdges);
    this.features = countedFeatures(manifest, baseline);
  }

  add({ block, kept, predictions, flags, bad, inputs }: ScoredBlock): void {
    this.rows += block.rows;
    this.addBad(bad);
    for (const listed of flags.values())
      for (const { field, rule, policy } of listed) increase(this.flags, `${field}: ${rule}: ${policy}`);
    const { labels, decisions, score } = predictions;
    this.scored += score.length;
    count(labels, this.labels);
    count(decisions, this.decided);
    this.scores.addAll(score);
    // In the order of the rows, one by one: sums of sums would differ in their last digits.
    let sum = this.scoreSum;
    for (let row = 0; row < score.length; row++) sum += score[row]!;
    this.scoreSum = sum;
    const data = this.features.map(({ input }) => inputs.find(({ name }) => name === input)?.data ?? []);
    for (let row = 0; row < score.length; row++) {
      const position = block.firstRow + (kept === undefined ? row : kept[row]!);
      if (position % FEATURE_STRIDE === 0) this.sample(data as TensorData[], row);
    }
  }

  /** Rows or lines that were put aside. */
  addBad(
    rows: readonly { readonly problems: readonly { readonly code: string; readonly at: string }[] }[],
  ): void {
    this.bad += rows.length;
    for (const { problems } of rows)
      for (const { code, at } of problems)
        increase(this.reasons, /^(line( \d+)?)?$/.test(at) ? code : `${code}: ${at}`);
  }

  /** Lines that have no place among the rows. */
  addLost(lines: readonly { readonly problem: { readonly code: string; readonly at: string } }[]): void {
    this.rows += lines.length;
    this.addBad(lines.map(({ problem }) => ({ problems: [problem] })));
  }

  result(): ShardStatistics {
    const named = (names: readonly string[], counts: readonly number[]) =>
      Object.fromEntries(names.map((name, i) => [name, counts[i]!]));
    return {
      rows: this.rows,
      scored: this.scored,
      bad: this.bad,
      reasons: Object.fromEntries(this.reasons),
      flags: Object.fromEntries(this.flags),
      labels: named(this.classes, this.labels),
      decisions: named(this.decisions, this.decided),
      scores: { edges: this.scoreEdges, counts: this.scores.counts },
      scoreSum: this.scoreSum,
      sampled: this.sampled,
      features: Object.fromEntries(this.features.map((feature) => [feature.name, countsOf(feature)])),
      seconds: (performance.now() - this.started) / 1000,
    };
  }

  private sample(data: readonly TensorData[], row: number): void {
    this.sampled++;
    for (const [i, feature] of this.features.entries()) {
      const value = data[i]![row * feature.width + feature.column]!;
      if (feature.histogram !== undefined) feature.histogram.add(Number(value));
      else if (Number.isNaN(value)) feature.nulls++;
      else increase(feature.categories, String(value));
    }
  }
}

/** Columns of the graph's inputs of which the baseline knows something. */
function countedFeatures({ signature }: Manifest, baseline: Baseline | undefined): CountedFeature[] {
  if (baseline === undefined) return [];
  return signature.inputs.flatMap((input) =>
    // Halves are bit patterns, and texts are many: neither is worth the time of every row.
    (input.columns ?? []).flatMap(({ name }, column, { length }): CountedFeature[] => {
      const known = baseline.features[name];
      if (known === undefined || (isFloat(input.dtype) && /16$/.test(input.dtype))) return [];
      const histogram = known.kind === 'numeric' ? new Histogram(known.edges) : undefined;
      return [{ name, input: input.name, column, width: length, histogram, categories: new Map(), nulls: 0 }];
    }),
  );
}

function countsOf({ histogram, categories, nulls }: CountedFeature): FeatureCounts {
  if (histogram !== undefined) return { counts: histogram.counts, nulls: histogram.nulls };
  return { counts: Object.fromEntries(categories), nulls };
}

/** Adds up how often each position occurs; below 0 stands for none. */
function count(positions: Int16Array, counts: number[]): void {
  for (const position of positions) if (position >= 0) counts[position]!++;
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
