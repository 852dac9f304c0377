import type { BatchConfig, RuntimeConfig } from '@inferstack/runtime/contract';
import type { BatchPlan } from './batch/batch-plan';
import type { EndpointPlan } from './plan';
import type { Platform } from './target';

/** One endpoint of the app that ran, as `inferstack up` needs it. */
export interface CollectedEndpoint {
  readonly platform: Platform;
  readonly plan: EndpointPlan;
  readonly runtimeConfig: RuntimeConfig;
}

/** One job of the app that ran, as `inferstack run` needs it. */
export interface CollectedJob {
  readonly platform: Platform;
  readonly plan: BatchPlan;
  readonly runtimeConfig: BatchConfig;
}

// A registered symbol, so that two copies of this library in one process meet at the same place.
const COLLECTOR = Symbol.for('inferstack.collector.v1');
const JOB_COLLECTOR = Symbol.for('inferstack.job-collector.v1');
type Holder = { [COLLECTOR]?: CollectedEndpoint[]; [JOB_COLLECTOR]?: CollectedJob[] };

/** Starts collecting the endpoints of the app that this process is about to run. */
export function startCollecting(): CollectedEndpoint[] {
  const collected: CollectedEndpoint[] = [];
  (globalThis as Holder)[COLLECTOR] = collected;
  return collected;
}

/** Hands an endpoint to whoever collects; nobody does in a plain synthesis. */
export function collect(endpoint: CollectedEndpoint): void {
  (globalThis as Holder)[COLLECTOR]?.push(endpoint);
}

/** Starts collecting the jobs of the app that this process is about to run. */
export function startCollectingJobs(): CollectedJob[] {
  const collected: CollectedJob[] = [];
  (globalThis as Holder)[JOB_COLLECTOR] = collected;
  return collected;
}

/** As `collect`, for a job. */
export function collectJob(job: CollectedJob): void {
  (globalThis as Holder)[JOB_COLLECTOR]?.push(job);
}
