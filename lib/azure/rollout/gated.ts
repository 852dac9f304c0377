import type { EndpointPlan } from '../../core';

const GATED: readonly string[] = ['canary', 'linear', 'blueGreen'];

/** Whether the requests move to a new revision in steps that alerts may end, or all at once when it is ready. */
export const isGated = ({ rollout }: Pick<EndpointPlan, 'rollout'>): boolean =>
  GATED.includes(rollout.strategy);
