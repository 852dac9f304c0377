import { refusedRollout } from '../../core';
import type { RolloutEngine } from '../rollout-engine';
import { argoRollout } from './argo-rollout';
import type { ArgoRolloutsOptions } from './argo-rollouts-options';
import { argoWorkload } from './argo-workload';
import { ARGO_ABILITIES, checkArgo } from './check-argo';

/** Argo Rollouts, judging by Prometheus. */
export function argoEngine(options: ArgoRolloutsOptions): RolloutEngine {
  return {
    workload: argoWorkload,
    refused: (plan) => refusedRollout(plan, ARGO_ABILITIES),
    check: (check, context, exposure) => checkArgo(check, context, exposure, options),
    bind: (scope, context, matcher) => argoRollout(scope, context, { ...options, matcher }),
  };
}
