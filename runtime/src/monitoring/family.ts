import { Cells } from './cells';
import { Counter, Gauge, Histogram } from './series';

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One series and what tells it from the others. */
interface Child<Series> {
  readonly labels: readonly string[];
  readonly series: Series;
}

/** All series of one metric: same name, same label names, other label values. */
export class Family<Series> {
  private readonly children = new Map<string, Child<Series>>();
  /** The one that was asked for last: most requests have the labels of the one before. */
  private last: Child<Series> | undefined;

  constructor(
    readonly name: string,
    readonly help: string,
    readonly type: MetricType,
    readonly labelNames: readonly string[],
    private readonly make: () => Series,
    private readonly lines: (series: Series, write: WriteSample) => void,
  ) {}

  /** The series with these label values, in the order of the label names. Values must come from a bounded set. */
  with(...labels: readonly string[]): Series {
    const { last } = this;
    if (last?.labels.every((label, i) => label === labels[i])) return last.series;
    const key = labels.join('\n');
    let child = this.children.get(key);
    if (child === undefined) {
      child = { labels, series: this.make() };
      this.children.set(key, child);
    }
    this.last = child;
    return child.series;
  }

  /** Calls `write` for every sample line. */
  samples(
    write: (suffix: string, labels: readonly (readonly [string, string])[], value: number) => void,
  ): void {
    for (const { labels, series } of this.children.values()) {
      const pairs = this.labelNames.map((name, i) => [name, labels[i]!] as const);
      this.lines(series, (suffix, extra, value) => write(suffix, [...pairs, ...extra], value));
    }
  }
}

type WriteSample = (suffix: string, extra: readonly (readonly [string, string])[], value: number) => void;

/** Makes metrics and keeps them in the order they are exposed. */
export class MetricRegistry {
  readonly families: Family<unknown>[] = [];
  private readonly cells = new Cells();
  private readonly collectors: (() => void)[] = [];

  counter(name: string, help: string, labelNames: readonly string[] = []): Family<Counter> {
    return this.register(
      new Family(name, help, 'counter', labelNames, () => new Counter(this.cells), writeValue),
    );
  }

  gauge(name: string, help: string, labelNames: readonly string[] = []): Family<Gauge> {
    return this.register(
      new Family(name, help, 'gauge', labelNames, () => new Gauge(this.cells), writeValue),
    );
  }

  histogram(
    name: string,
    help: string,
    bounds: readonly number[],
    labelNames: readonly string[] = [],
  ): Family<Histogram> {
    const make = () => new Histogram(this.cells, bounds);
    const lines = (histogram: Histogram, write: WriteSample) => writeHistogram(histogram, bounds, write);
    return this.register(new Family(name, help, 'histogram', labelNames, make, lines));
  }

  /** Something to be measured only when somebody looks. */
  onCollect(collector: () => void): void {
    this.collectors.push(collector);
  }

  collect(): void {
    for (const collector of this.collectors) collector();
  }

  private register<S>(family: Family<S>): Family<S> {
    this.families.push(family as Family<unknown>);
    return family;
  }
}

function writeValue(series: Counter, write: WriteSample): void {
  write('', [], series.value);
}

function writeHistogram(histogram: Histogram, bounds: readonly number[], write: WriteSample): void {
  const counts = histogram.cumulative();
  counts.forEach((count, i) => {
    write('_bucket', [['le', i < bounds.length ? String(bounds[i]) : '+Inf']], count);
  });
  write('_sum', [], histogram.sum);
  write('_count', [], counts.at(-1)!);
}
