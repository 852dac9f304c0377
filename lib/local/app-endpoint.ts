import type { RuntimeConfig } from '@inferstack/runtime/contract';
import type { CollectedEndpoint } from '../core/collector';
import type { RolloutPlan, WatchedAlarms } from '../core/rollout';
import type { Platform } from '../core/target';

/** An endpoint of the app as plain JSON: what the process that ran the app hands to the supervisor. */
export interface AppEndpoint {
  readonly name: string;
  /** Construct path, for messages. */
  readonly path: string;
  readonly platform: Platform;
  /** Package directories on this machine, in the order of the models of `runtimeConfig`. */
  readonly modelDirectories: readonly string[];
  /** A large negative number when it is known only at deployment (a token). */
  readonly minReplicas: number;
  /** What the platform does when a new version is deployed. */
  readonly rollout: RolloutPlan;
  readonly alarms: WatchedAlarms;
  /** Configuration as deployed; its addresses may hold placeholders of the tool. */
  readonly runtimeConfig: RuntimeConfig;
}

export function toAppEndpoint({ platform, plan, runtimeConfig }: CollectedEndpoint): AppEndpoint {
  return {
    name: plan.name,
    path: plan.path,
    platform,
    modelDirectories: plan.models.map(({ directory }) => directory),
    minReplicas: plan.scaling.minReplicas,
    rollout: plan.rollout,
    alarms: { errors: plan.monitoring.errors, latency: plan.monitoring.latency },
    runtimeConfig,
  };
}
