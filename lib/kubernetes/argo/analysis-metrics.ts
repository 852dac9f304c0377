import type { EndpointPlan } from '../../core';
import { type AnalysisQueries, promDuration, type WatchedGate } from './analysis-queries';
import type { AnalysisMetric } from './custom-resources';

const WATCH_SECONDS = 60;
const SIGHT_SECONDS = 15;
/** Longest time a rollout goes on while Prometheus does not answer, or does not know the new version. */
const BLIND_SECONDS = 300;
/** Argo asks again after that when Prometheus did not answer. */
const ERROR_RETRY_SECONDS = 10;
/** Highest number the controller can hold. Without a count, Argo refuses an analysis that a step waits for. */
const UNLIMITED = 2 ** 31 - 1;

/** How often a metric is measured at most; too few samples are never too few, and one failure is one too many. */
const limits = (count: number = UNLIMITED) => ({
  count,
  failureLimit: 0,
  // Argo wants no more of it than of measurements.
  inconclusiveLimit: count,
  consecutiveErrorLimit: BLIND_SECONDS / ERROR_RETRY_SECONDS - 1,
});

/** What an analysis measures, at the address of one Prometheus. */
export class AnalysisMetrics {
  constructor(
    private readonly queries: AnalysisQueries,
    private readonly address: string,
  ) {}

  /** The new version can be watched at all: without its series no gate and no alarm could ever tell. */
  seen(): AnalysisMetric {
    return {
      name: 'seen',
      interval: `${SIGHT_SECONDS}s`,
      consecutiveSuccessLimit: 1,
      ...limits(BLIND_SECONDS / SIGHT_SECONDS + 1),
      failureLimit: BLIND_SECONDS / SIGHT_SECONDS,
      successCondition: 'len(result) > 0 && result[0] > 0',
      failureCondition: 'len(result) == 0 || result[0] == 0',
      provider: this.prometheus(this.queries.seen()),
    };
  }

  /** The alarms of the endpoint, about the new version alone: what rings ends the rollout. */
  alarms({ errors, latency }: EndpointPlan['monitoring'], seconds: number | undefined): AnalysisMetric[] {
    const rings = (name: string, limit: number, query: string) => ({
      ...this.repeated(name, query, WATCH_SECONDS, seconds),
      successCondition: `len(result) > 0 && all(result, # <= ${limit})`,
      failureCondition: `any(result, # > ${limit})`,
    });
    const found: AnalysisMetric[] = [];
    if (errors !== null) {
      const window = promDuration(errors.windowSeconds * 1000);
      const query = this.queries.errorRatio(window, errors.minRequests);
      found.push(rings('alarm-errors', errors.maxPercent / 100, query));
    }
    if (latency !== null) {
      const window = promDuration(latency.windowSeconds * 1000);
      const query = this.queries.latency(0.99, window, latency.minRequests);
      found.push(rings('alarm-latency', latency.maxP99Ms / 1000, query));
    }
    return found;
  }

  /** A gate as it is watched all the time: enough failed windows end the rollout. */
  gate(gate: WatchedGate, seconds: number | undefined): AnalysisMetric {
    return {
      ...this.repeated(`gate-${gate.name}`, this.queries.failedWindows(gate), secondsBetween(gate), seconds),
      ...verdict(gate),
    };
  }

  /** A gate that has to be passed: waits, as long as it takes, until windows have enough requests and none failed. */
  passed(gate: WatchedGate, afterSeconds: number): AnalysisMetric {
    return {
      ...this.repeated(
        `passed-${gate.name}`,
        this.queries.failedWindows(gate),
        secondsBetween(gate),
        undefined,
      ),
      ...(afterSeconds === 0 ? {} : { initialDelay: `${afterSeconds}s` }),
      consecutiveSuccessLimit: 1,
      ...verdict(gate),
    };
  }

  /** @param during when it ends, the first measurement being at once; undefined: not by itself */
  private repeated(name: string, query: string, seconds: number, during: number | undefined) {
    return {
      name,
      interval: promDuration(seconds * 1000),
      ...limits(during === undefined ? undefined : Math.ceil(during / seconds) + 1),
      provider: this.prometheus(query),
    };
  }

  private prometheus(query: string) {
    return { prometheus: { address: this.address, query } };
  }
}

/** Time between two looks at a gate: not longer than its windows. */
const secondsBetween = ({ windowMs }: WatchedGate): number => Math.min(WATCH_SECONDS, windowMs / 1000);

/** None of the windows failed, or so many that the gate did; between both, and without windows, it is not decided. */
function verdict({ failAfter }: WatchedGate) {
  return {
    successCondition: 'len(result) > 0 && all(result, # == 0)',
    failureCondition: `any(result, # >= ${failAfter.failed})`,
  };
}
