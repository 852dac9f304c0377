import type { RolloutStrategy } from './rollout-plan';

/** How each strategy is written, for messages. */
export const ROLLOUT_FACTORIES: Readonly<Record<RolloutStrategy, string>> = {
  allAtOnce: 'Rollout.allAtOnce()',
  rolling: 'Rollout.rolling()',
  canary: 'Rollout.canary()',
  linear: 'Rollout.linear()',
  blueGreen: 'Rollout.blueGreen()',
};

/** How the gate of each metric is written, for messages. */
export const GATE_FACTORIES: Readonly<Record<string, string>> = {
  errors: 'Gate.errors()',
  latency: 'Gate.latency()',
  agreement: 'Gate.agreement()',
  score_distance: 'Gate.scoreDistance()',
  prometheus: 'Gate.metric()',
};
