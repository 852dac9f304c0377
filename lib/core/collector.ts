import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { EndpointPlan } from './plan';
import type { Platform } from './target';

/** One endpoint of the app that ran, as `inferstack up` needs it. */
export interface CollectedEndpoint {
  readonly platform: Platform;
  readonly plan: EndpointPlan;
  readonly runtimeConfig: RuntimeConfig;
}

// A registered symbol, so that two copies of this library in one process meet at the same place.
const COLLECTOR = Symbol.for('inferstack.collector.v1');
type Holder = { [COLLECTOR]?: CollectedEndpoint[] };

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
