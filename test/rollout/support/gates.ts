import type { Gate, RolloutConfig } from '../../../runtime/src/contract/rollouts';

export const errors = {
  name: 'errors',
  metric: 'errors',
  minSamples: 20,
  windowMs: 1000,
  failAfter: { failed: 1, of: 1 },
  maxRatio: 0.02,
} as const satisfies Gate;

export const latency = {
  name: 'latency',
  metric: 'latency',
  minSamples: 20,
  windowMs: 1000,
  failAfter: { failed: 1, of: 1 },
  quantile: 0.9,
  maxMs: null,
  maxRatioToStable: 5,
} as const satisfies Gate;

export const agreement = {
  name: 'agreement',
  metric: 'agreement',
  minSamples: 100,
  minRatio: 0.99,
  confidence: 0.95,
} as const satisfies Gate;

/** Of which another server knows the figure. */
export const figure = {
  name: 'orders',
  metric: 'prometheus',
  minSamples: 20,
  windowMs: 1000,
  failAfter: { failed: 1, of: 1 },
  url: 'http://127.0.0.1:9',
  query: 'orders_lost',
  max: 5,
  min: null,
} as const satisfies Gate;

export function rollout(change: Partial<RolloutConfig> = {}): RolloutConfig {
  return {
    model: 'echo',
    stable: '1',
    candidate: '2',
    steps: [
      { percent: 20, shadowPercent: 0, holdMs: 1000 },
      { percent: 50, shadowPercent: 0, holdMs: 1000 },
    ],
    gates: [errors],
    stickyHeader: null,
    promotion: 'automatic',
    onInconclusive: 'hold',
    fallbackMs: 5000,
    candidateMemoryBytes: 0,
    shadowQueue: 100,
    evaluateMs: 100,
    ...change,
  };
}
