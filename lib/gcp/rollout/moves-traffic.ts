import type { EndpointPlan } from '../../core';

/** Whether requests go from one revision to the next in steps, watched, rather than at once when it is ready. */
export const movesTraffic = ({ rollout }: EndpointPlan): boolean => rollout.strategy !== 'rolling';
