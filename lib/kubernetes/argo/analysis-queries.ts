import { type Gate, STABLE_SLACK_MS } from '@inferstack/runtime/contract';
import type { EndpointPlan } from '../../core';
import { byModel } from '../../core/prometheus/by-model';
import { METRICS } from '../metrics';
import { VERSION_SERIES_LABEL } from './argo-workload';

/** Gates that Prometheus can judge. */
export type WatchedGate = GateOf<'errors' | 'latency' | 'prometheus'>;

export type GateOf<M extends Gate['metric']> = Extract<Gate, { readonly metric: M }>;

// Argo fills these in when it starts an analysis.
const LATEST = '{{args.latest-hash}}';
const STABLE = '{{args.stable-hash}}';

/** Beyond the bake. */
const MEMORY_SECONDS = 3600;

/** PromQL about one version of an endpoint, while another serves beside it. */
export class AnalysisQueries {
  private readonly by: string;
  /**
   * How far back the old version is looked for: once the new one has all requests, the last the old one did is what
   * there is to compare with.
   */
  private readonly memory: string;

  /** @param matcher PromQL matchers that select the endpoint's series, as its alerts have them. */
  constructor(
    plan: Pick<EndpointPlan, 'models' | 'runtime' | 'rollout'>,
    private readonly matcher: string,
  ) {
    const labels = byModel(plan);
    this.by = labels.length === 0 ? '' : ` by (${labels.join(', ')}) `;
    this.memory = promDuration((plan.rollout.bakeSeconds + MEMORY_SECONDS) * 1000);
  }

  /** Replicas of the new version that Prometheus knows of and that want requests. */
  seen(): string {
    return `sum(${METRICS.ready}{${this.series(LATEST)}})`;
  }

  /** Share of the requests to the new version that failed (5xx), 0 to 1; nothing below the least number of requests. */
  errorRatio(window: string, minimum: number): string {
    return `${this.errors(window)}\nand ${this.enough(LATEST, window, minimum)}`;
  }

  /** Quantile of the time of the new version to answer, seconds; nothing below the least number of requests. */
  latency(quantile: number, window: string, minimum: number): string {
    return `${this.quantile(LATEST, quantile, window)}\nand ${this.enough(LATEST, window, minimum)}`;
  }

  /**
   * How many of the last windows failed the gate; nothing while none of them had enough requests. Each window is one
   * point of a subquery, so that they lie side by side.
   * https://prometheus.io/docs/prometheus/latest/querying/basics/#subquery
   */
  failedWindows(gate: WatchedGate): string {
    const window = promDuration(gate.windowMs);
    const all = promDuration(gate.windowMs * gate.failAfter.of);
    return `sum_over_time((\n${this.failed(gate, window)}\n)[${all}:${window}])`;
  }

  /** 1 when a window failed, 0 when not; nothing when that cannot be said. */
  private failed(gate: WatchedGate, window: string): string {
    switch (gate.metric) {
      case 'errors':
        return `(${this.errors(window)} > bool ${gate.maxRatio})\nand ${this.enough(LATEST, window, gate.minSamples)}`;
      case 'latency':
        return this.slow(gate, window);
      case 'prometheus':
        return `${outOfBounds(gate)}\nand sum(${METRICS.requests}{${this.series(LATEST)}}) >= ${gate.minSamples}`;
    }
  }

  private slow(gate: GateOf<'latency'>, window: string): string {
    const enough = this.enough(LATEST, window, gate.minSamples);
    const value = this.quantile(LATEST, gate.quantile, window);
    const absolute = gate.maxMs === null ? [] : [`(${value} > bool ${gate.maxMs / 1000})\nand ${enough}`];
    const relative = gate.maxRatioToStable === null ? [] : [this.slower(gate, window, gate.maxRatioToStable)];
    const [first, second] = [...absolute, ...relative];
    // What fails by itself has failed, though stable has too few requests to compare with.
    return second === undefined ? first! : `(\n(${first}) > 0\n) or (\n${second}\n)`;
  }

  private slower({ quantile, minSamples }: GateOf<'latency'>, window: string, ratio: number) {
    const latest = this.quantile(LATEST, quantile, window);
    const stable = `${this.quantile(STABLE, quantile, window)}\nand ${this.enough(STABLE, window, minSamples)}`;
    const known = `last_over_time((\n${stable}\n)[${this.memory}:${window}])`;
    const apart = `(${latest} > bool ${known} + ${STABLE_SLACK_MS / 1000})`;
    return `(${latest} > bool ${ratio} * ${known}) * ${apart}\nand ${this.enough(LATEST, window, minSamples)}`;
  }

  private errors(window: string): string {
    const rate = (more: string) =>
      `sum${this.by}(rate(${METRICS.requests}{${this.series(LATEST)}${more}}[${window}]))`;
    // A version that has answered no request with 5xx has no such series, or one that stands still.
    return `(${rate(',code=~"5.."')} or 0 * ${rate('')}) / ${rate('')}`;
  }

  private quantile(hash: string, quantile: number, window: string): string {
    const by = this.by === '' ? ' by (le) ' : this.by.replace(')', ', le)');
    return `histogram_quantile(${quantile}, sum${by}(rate(${METRICS.duration}_bucket{${this.series(hash)}}[${window}])))`;
  }

  private enough(hash: string, window: string, minimum: number): string {
    return `sum${this.by}(increase(${METRICS.requests}{${this.series(hash)}}[${window}])) >= ${minimum}`;
  }

  private series(hash: string): string {
    return `${this.matcher},namespace="{{args.namespace}}",${VERSION_SERIES_LABEL}="${hash}"`;
  }
}

/** 1 when the figure of somebody else's query is out of bounds, 0 when not; nothing when it is no number. */
function outOfBounds({ query, max, min }: GateOf<'prometheus'>): string {
  const figure = `((\n${query}\n) >= -Inf)`;
  const over = max === null ? [] : [`(${figure} > bool ${max})`];
  const under = min === null ? [] : [`(${figure} < bool ${min})`];
  return `max(${[...over, ...under].join(' + ')})`;
}

/** Whole minutes or seconds as people write them, else milliseconds. */
export function promDuration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
