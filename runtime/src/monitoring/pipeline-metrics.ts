import type { Family, MetricRegistry } from './family';
import { RUN_BOUNDS } from './runtime-metrics';
import type { Counter, Histogram } from './series';

/** What can become of a step, for the counter. */
export const STEP_OUTCOMES = ['ok', 'failed', 'skipped', 'defaulted', 'replaced'] as const;
export const STEP_CAUSES = [
  'failed',
  'timed_out',
  'overloaded',
  'unavailable',
  'refused',
  'input_missing',
] as const;

export type StepOutcome = (typeof STEP_OUTCOMES)[number];

/** Counters of one step, looked up once: they are touched on every request. */
export interface StepCounters {
  onEnd(outcome: StepOutcome, ms: number): void;
  onError(cause: (typeof STEP_CAUSES)[number]): void;
}

/** Counters of one pipeline. */
export interface PipelineCounters {
  readonly steps: ReadonlyMap<string, StepCounters>;
  onDegraded(): void;
}

/** Metrics of pipelines; made only where there are any, so that others show none. */
export class PipelineMetrics {
  private readonly outcomes: Family<Counter>;
  private readonly errors: Family<Counter>;
  private readonly times: Family<Histogram>;
  private readonly degraded: Family<Counter>;

  constructor(registry: MetricRegistry) {
    const labels = ['pipeline', 'version', 'step'];
    this.outcomes = registry.counter(
      'inferstack_pipeline_steps_total',
      'Steps of pipelines, by what became of them.',
      [...labels, 'outcome'],
    );
    this.errors = registry.counter(
      'inferstack_pipeline_step_errors_total',
      'Steps of pipelines that gave no answer of their own, by cause.',
      [...labels, 'cause'],
    );
    this.times = registry.histogram(
      'inferstack_pipeline_step_duration_seconds',
      'Time of a step of a pipeline, waiting for its model included.',
      RUN_BOUNDS,
      labels,
    );
    this.degraded = registry.counter(
      'inferstack_pipeline_degraded_total',
      'Answers of pipelines that had to do without a step.',
      ['pipeline', 'version'],
    );
  }

  /** Announces a pipeline: all its series exist from then on, so that rates start at zero. */
  add(name: string, version: string, steps: readonly string[]): PipelineCounters {
    const degraded = this.degraded.with(name, version);
    return {
      steps: new Map(steps.map((step) => [step, this.addStep(name, version, step)])),
      onDegraded: () => degraded.add(),
    };
  }

  private addStep(name: string, version: string, step: string): StepCounters {
    const outcomes = new Map(
      STEP_OUTCOMES.map((outcome) => [outcome, this.outcomes.with(name, version, step, outcome)]),
    );
    const errors = new Map(STEP_CAUSES.map((cause) => [cause, this.errors.with(name, version, step, cause)]));
    const times = this.times.with(name, version, step);
    return {
      onEnd: (outcome, ms) => {
        outcomes.get(outcome)!.add();
        times.observe(ms / 1000);
      },
      onError: (cause) => errors.get(cause)!.add(),
    };
  }
}
