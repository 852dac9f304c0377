import type { Gate as GatePlan, RolloutConfig } from '@inferstack/runtime/contract';
import type { DurationLike } from '../duration';
import { millisOr } from './times';

/** So many failed windows among the last so many fail the gate: one bad window alone may be chance. */
export interface FailAfter {
  readonly failed: number;
  readonly of: number;
}

export interface WindowedGateOptions {
  /** Name in logs, metrics and answers. @default - that of the metric */
  readonly name?: string;
  /** Answers of the new version needed in a window before it says anything. @default - errors: 200, latency: 500 */
  readonly minSamples?: number;
  /** Time the figure is taken over. @default Duration.minutes(5) */
  readonly window?: DurationLike;
  /** When failed windows fail the gate. @default - 2 of the last 3 */
  readonly failAfter?: FailAfter;
}

export interface ErrorGateOptions extends WindowedGateOptions {
  /** Highest share of requests that may fail (5xx), percent. @default 1 */
  readonly maxPercent?: number;
}

export interface LatencyGateOptions extends WindowedGateOptions {
  /** Which quantile of the time to answer. @default 0.99 */
  readonly quantile?: number;
  /** Highest allowed time. @default - none, stable alone is the measure */
  readonly max?: DurationLike;
  /** Highest multiple of the same quantile of the stable version; 5 ms more are allowed whatever it is. @default - 1.5 without `max`, else not compared */
  readonly maxRatioToStable?: number;
}

export interface ComparisonGateOptions {
  /** Name in logs, metrics and answers. @default - that of the metric */
  readonly name?: string;
  /** Compared rows needed before the gate says anything. @default 500 */
  readonly minSamples?: number;
  /** How sure the gate must be, two-sided: 0.95 leaves one in twenty to chance. @default 0.95 */
  readonly confidence?: number;
}

export interface AgreementGateOptions extends ComparisonGateOptions {
  /** Least share of rows on which both versions say the same, 0 to 1. @default 0.99 */
  readonly min?: number;
}

export interface ScoreDistanceGateOptions extends ComparisonGateOptions {
  /** Highest mean distance between the scores of both versions. */
  readonly maxMean: number;
}

export interface MetricGateOptions {
  /** Name in logs, metrics and answers. */
  readonly name: string;
  /**
   * Base address of a server with the HTTP API of Prometheus, as the replicas reach it; `/api/v1/query` is added. Without
   * credentials: they would be in every configuration.
   */
  readonly url: string;
  /** PromQL that gives one number. No number, or NaN, says nothing. */
  readonly query: string;
  /** Highest allowed. @default - any; one of `max` and `min` is needed */
  readonly max?: number;
  /** Least allowed. @default - any */
  readonly min?: number;
  /** Answers of the new version needed before the server is asked. @default 1 */
  readonly minSamples?: number;
  /** Time between two queries. @default Duration.minutes(1) */
  readonly interval?: DurationLike;
  /** When figures out of bounds fail the gate. @default - 2 of the last 3 */
  readonly failAfter?: FailAfter;
}

const DEFAULT_FAIL_AFTER: FailAfter = { failed: 2, of: 3 };
const WINDOW_MS = 300_000;
const QUERY_MS = 60_000;
const RATIO_TO_STABLE = 1.5;

/**
 * What a new version must not do worse than. A gate passes, fails, or has not seen enough; one failed gate brings the
 * stable version back. Gates are data: the runtime, Argo Rollouts and the alarms of clouds read the same.
 */
export class Gate {
  /** Fails when too many requests fail. */
  static errors(options: ErrorGateOptions = {}): Gate {
    const { maxPercent = 1 } = options;
    return new Gate({ metric: 'errors', ...windowed('errors', 200, options), maxRatio: maxPercent / 100 });
  }

  /** Fails when answers take too long, or much longer than those of the stable version. */
  static latency(options: LatencyGateOptions = {}): Gate {
    const { quantile = 0.99, max, maxRatioToStable } = options;
    return new Gate({
      metric: 'latency',
      ...windowed('latency', 500, options),
      quantile,
      maxMs: max?.toMilliseconds() ?? null,
      maxRatioToStable: maxRatioToStable ?? (max === undefined ? RATIO_TO_STABLE : null),
    });
  }

  /**
   * Fails when both versions decide differently on too many rows: labels and decisions where the manifest has a
   * prediction, else the numbers within 0.1 %. Needs a candidate beside the stable version.
   */
  static agreement(options: AgreementGateOptions = {}): Gate {
    const { min = 0.99 } = options;
    return new Gate({ metric: 'agreement', ...compared('agreement', options), minRatio: min });
  }

  /** Fails when the scores of both versions lie too far apart on average. Needs a candidate beside the stable version. */
  static scoreDistance(options: ScoreDistanceGateOptions): Gate {
    return new Gate({
      metric: 'score_distance',
      ...compared('score-distance', options),
      maxMean: options.maxMean,
    });
  }

  /**
   * Fails when a figure that Prometheus knows is out of bounds: of the business, of a database, of anything. A server
   * that does not answer says nothing, which holds the rollout.
   */
  static metric(options: MetricGateOptions): Gate {
    const { name, url, query, max = null, min = null, minSamples = 1 } = options;
    const { interval, failAfter = DEFAULT_FAIL_AFTER } = options;
    const windowMs = millisOr(interval, QUERY_MS);
    return new Gate({ metric: 'prometheus', name, minSamples, windowMs, failAfter, url, query, max, min });
  }

  private constructor(private readonly plan: GatePlan) {}

  bind(): GatePlan {
    return this.plan;
  }
}

/** The gate that compares times with those of a version no step leaves requests to. */
export const comparedWithNobody = ({
  steps,
  gates,
}: Pick<RolloutConfig, 'steps' | 'gates'>): GatePlan | undefined =>
  steps.every(({ percent }) => percent === 100)
    ? gates.find((gate) => gate.metric === 'latency' && gate.maxRatioToStable !== null)
    : undefined;

export const comparesAnswers = ({ metric }: GatePlan): boolean =>
  metric === 'agreement' || metric === 'score_distance';

function windowed(metric: string, usualSamples: number, options: WindowedGateOptions) {
  const { name = metric, minSamples = usualSamples, window, failAfter = DEFAULT_FAIL_AFTER } = options;
  return { name, minSamples, windowMs: millisOr(window, WINDOW_MS), failAfter };
}

function compared(
  metric: string,
  { name = metric, minSamples = 500, confidence = 0.95 }: ComparisonGateOptions,
) {
  return { name, minSamples, confidence };
}
