import type { MetricRegistry } from '../monitoring/family';
import type { Variant } from './observations';
import type { RolloutController, RolloutPhase } from './rollout-controller';

const PHASES: readonly RolloutPhase[] = ['waiting', 'running', 'held', 'promoted', 'rolled_back', 'stopped'];

/** Counters of one rollout. */
export interface RolloutSeries {
  readonly request: (variant: Variant, failed: boolean) => void;
  readonly fallback: () => void;
  readonly shadowDropped: () => void;
}

/** Metrics of rollouts, under names that alerts may rely on. */
export class RolloutMetrics {
  private readonly requests;
  private readonly fallbacks;
  private readonly dropped;
  private readonly queries;

  constructor(private readonly registry: MetricRegistry) {
    this.requests = registry.counter(
      'inferstack_rollout_requests_total',
      'Requests computed by the versions of a rollout, compared ones included.',
      ['model', 'variant', 'outcome'],
    );
    this.fallbacks = registry.counter(
      'inferstack_rollout_fallbacks_total',
      'Requests that the candidate failed and stable answered.',
      ['model'],
    );
    this.dropped = registry.counter(
      'inferstack_rollout_comparisons_dropped_total',
      'Comparisons left out since the candidate could not keep up.',
      ['model'],
    );
    this.queries = registry.counter(
      'inferstack_rollout_gate_queries_total',
      'Queries for the figures of gates on other metrics.',
      ['model', 'gate', 'outcome'],
    );
  }

  /** Counts the queries of a gate. */
  queriesOf(model: string, gate: string): (failed: boolean) => void {
    return (failed) => this.queries.with(model, gate, failed ? 'failed' : 'ok').add();
  }

  seriesOf(model: string): RolloutSeries {
    const of = (variant: Variant) =>
      [this.requests.with(model, variant, 'ok'), this.requests.with(model, variant, 'failed')] as const;
    const series = { stable: of('stable'), candidate: of('candidate') };
    const fallbacks = this.fallbacks.with(model);
    const dropped = this.dropped.with(model);
    return {
      request: (variant, failed) => series[variant][failed ? 1 : 0].add(),
      fallback: () => fallbacks.add(),
      shadowDropped: () => dropped.add(),
    };
  }

  /** Gauges, read when somebody looks. */
  observe(controllers: readonly RolloutController[]): void {
    const { registry } = this;
    const percent = registry.gauge('inferstack_rollout_percent', 'Share of requests the candidate answers.', [
      'model',
    ]);
    const phase = registry.gauge('inferstack_rollout_phase', '1 for the phase a rollout is in, else 0.', [
      'model',
      'phase',
    ]);
    const agreement = registry.gauge(
      'inferstack_rollout_agreement_ratio',
      'Share of compared rows on which both versions say the same; 0 before any.',
      ['model'],
    );
    const compared = registry.gauge('inferstack_rollout_compared_rows', 'Rows computed by both versions.', [
      'model',
    ]);
    registry.onCollect(() => {
      for (const { config, phase: now, percent: share, observations } of controllers) {
        percent.with(config.model).set(share);
        for (const name of PHASES) phase.with(config.model, name).set(name === now ? 1 : 0);
        agreement.with(config.model).set(observations.agreement.ratio ?? 0);
        compared.with(config.model).set(observations.agreement.rows);
      }
    });
  }
}
