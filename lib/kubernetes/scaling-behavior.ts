import type { ScalingPlan } from '../core';
import type { Checker } from './checker';

/** `behavior` of a HorizontalPodAutoscaler, which KEDA takes over as it is. */
export interface HpaBehavior {
  readonly scaleUp: HpaScalingRules;
  readonly scaleDown: HpaScalingRules;
}

export interface HpaScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: 'Max';
  readonly policies: readonly { type: 'Percent' | 'Pods'; value: number; periodSeconds: number }[];
}

/** Longest `periodSeconds` the API takes. */
const MAX_PERIOD_SECONDS = 1800;

export function checkCooldowns(check: Checker, scaling: ScalingPlan): void {
  for (const prop of ['scaleOutCooldownSeconds', 'scaleInCooldownSeconds'] as const) {
    if (scaling[prop] <= MAX_PERIOD_SECONDS) continue;
    check.unsupported(`scaling.${prop.replace('Seconds', '')}`, {
      what: 'a HorizontalPodAutoscaler cannot wait that long',
      got: `${scaling[prop]} s`,
      allowed: `at most ${MAX_PERIOD_SECONDS} s`,
      remedy: 'Shorten the cooldown.',
    });
  }
}

/**
 * Cooldowns as scaling policies: within one cooldown the replicas at most double (or grow by four), or at most
 * halve. Removal also waits until the whole cooldown has asked for fewer, so a short dip removes nothing.
 */
export function scalingBehavior(scaling: ScalingPlan): HpaBehavior {
  // The API wants at least one second.
  const up = Math.max(1, scaling.scaleOutCooldownSeconds);
  const down = Math.max(1, scaling.scaleInCooldownSeconds);
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Percent', value: 100, periodSeconds: up },
        { type: 'Pods', value: 4, periodSeconds: up },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: scaling.scaleInCooldownSeconds,
      selectPolicy: 'Max',
      policies: [
        { type: 'Percent', value: 50, periodSeconds: down },
        { type: 'Pods', value: 1, periodSeconds: down },
      ],
    },
  };
}
