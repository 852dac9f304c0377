import type { MetricRegistry } from '../monitoring/family';
import type { StoreFailure } from './store-error';

/**
 * What became of a row: `hit` and `miss` have their features, from the cache or from the store; the others are rejected
 * or degraded as the lookup says.
 */
export const ROW_OUTCOMES = ['hit', 'miss', 'missing', 'stale', 'error', 'timeout'] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** What became of a request to a store; `cancelled`: nobody waited for it any more. */
export type LookupOutcome = 'ok' | 'cancelled' | StoreFailure;

/** Seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is counted of lookups, by the name of the lookup. */
export class FeatureMetrics {
  private readonly rows;
  private readonly requests;
  private readonly cacheBytes;

  constructor(private readonly registry: MetricRegistry) {
    this.rows = registry.counter(
      'inferstack_feature_rows_total',
      'Rows whose features were looked up, by what became of it.',
      ['source', 'outcome'],
    );
    this.requests = registry.histogram(
      'inferstack_feature_lookup_duration_seconds',
      'Time of a request to a feature store.',
      BOUNDS,
      ['source', 'outcome'],
    );
    this.cacheBytes = registry.gauge(
      'inferstack_feature_cache_bytes',
      'Memory of the features kept, estimated.',
      ['source'],
    );
  }

  /** Announces a lookup; its series exist from then on, so that rates start at zero. */
  addSource(source: string, cacheBytes: () => number): void {
    for (const outcome of ROW_OUTCOMES) this.rows.with(source, outcome);
    for (const outcome of ['ok', 'error', 'timeout'] as const) this.requests.with(source, outcome);
    const gauge = this.cacheBytes.with(source);
    this.registry.onCollect(() => gauge.set(cacheBytes()));
  }

  countRow(source: string, outcome: RowOutcome): void {
    this.rows.with(source, outcome).add();
  }

  countRequest(source: string, outcome: LookupOutcome, seconds: number): void {
    this.requests.with(source, outcome).observe(seconds);
  }
}
