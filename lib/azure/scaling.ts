import type {
  ContainerAppTemplateCustomScaleRule,
  ContainerAppTemplateHttpScaleRule,
} from '@cdktf/provider-azurerm/lib/container-app';
import { DEFAULT_SCALING, type EndpointPlan, isUnresolved, type ScalingPlan } from '../core';
import type { Checker } from './checker';

/** Source: https://learn.microsoft.com/azure/container-apps/scale-app#scale-definition */
const MAX_REPLICAS = 1000;

export interface ScaleRules {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly cooldownPeriodInSeconds: number | undefined;
  readonly customScaleRule: ContainerAppTemplateCustomScaleRule[] | undefined;
  readonly httpScaleRule: ContainerAppTemplateHttpScaleRule[] | undefined;
}

/**
 * Container Apps computes what it calls concurrent requests as the requests of the past 15 seconds divided by 15: a
 * rate, and exactly `requestsPerReplica`. A CPU rule would keep the last replica alive, so that from zero there is none.
 * Source: https://learn.microsoft.com/azure/container-apps/scale-app#http
 */
export function scaleRules({ scaling }: EndpointPlan): ScaleRules {
  const { minReplicas, maxReplicas, requestsPerReplica, cpuPercent } = scaling;
  const toZero = minReplicas === 0;
  const cpu = { type: 'Utilization', value: String(cpuPercent) };
  return {
    minReplicas,
    maxReplicas,
    // Counts from the last request to zero replicas alone; removals above that have the platform's own time.
    cooldownPeriodInSeconds: toZero ? scaling.scaleInCooldownSeconds : undefined,
    customScaleRule: toZero ? undefined : [{ name: 'cpu', customRuleType: 'cpu', metadata: cpu }],
    httpScaleRule:
      requestsPerReplica === null
        ? undefined
        : [{ name: 'requests', concurrentRequests: String(requestsPerReplica) }],
  };
}

export function checkScaling(check: Checker, { scaling }: EndpointPlan): void {
  check.within('AZURE_SCALING', 'scaling.maxReplicas', scaling.maxReplicas, {
    min: 1,
    max: MAX_REPLICAS,
    whole: true,
  });
  const rate = scaling.requestsPerReplica;
  if (rate !== null) {
    check.within('AZURE_SCALING', 'scaling.requestsPerReplica', rate, {
      min: 1,
      max: 1_000_000,
      whole: true,
    });
  }
  check.within('AZURE_SCALING', 'scaling.cpuPercent', scaling.cpuPercent, { min: 1, max: 100, whole: true });
  checkCooldowns(check, scaling);
  if (scaling.minReplicas === 0) checkFromZero(check, scaling);
}

/**
 * Replicas are added every 30 s (1, then 4, 8, 16, 32 at most) and removed when 300 s asked for fewer.
 * Source: https://learn.microsoft.com/azure/container-apps/scale-app#scale-behavior
 */
function checkCooldowns(check: Checker, scaling: ScalingPlan): void {
  const fixed = [
    ['scaleOutCooldown', 'every 30 seconds'],
    ['scaleInCooldown', 'when 300 seconds asked for fewer'],
  ] as const;
  for (const [prop, when] of fixed) {
    const seconds = scaling[`${prop}Seconds`];
    if (seconds === DEFAULT_SCALING[`${prop}Seconds`]) continue;
    check.unsupported(`scaling.${prop}`, {
      what: `Container Apps decides by itself, ${when}`,
      got: isUnresolved(seconds) ? 'a token' : `${seconds} s`,
      allowed: `not set, or ${DEFAULT_SCALING[`${prop}Seconds`]} s`,
      remedy: `Leave scaling.${prop} out.`,
    });
  }
}

function checkFromZero(check: Checker, { requestsPerReplica, cpuPercent }: ScalingPlan): void {
  if (requestsPerReplica === null) {
    check.add('AZURE_SCALING', 'scaling.minReplicas', {
      what: 'nothing would start a replica: without a rule on requests there is none to scale from zero',
      got: { minReplicas: 0, requestsPerReplica: null },
      allowed: 'minReplicas 0 together with requestsPerReplica',
      remedy: 'Give scaling.requestsPerReplica, or keep a replica with minReplicas 1.',
    });
  }
  if (cpuPercent === DEFAULT_SCALING.cpuPercent) return;
  check.unsupported('scaling.cpuPercent', {
    what: 'a rule on CPU would keep the last replica alive, so that from zero it is left out',
    got: isUnresolved(cpuPercent) ? 'a token' : cpuPercent,
    allowed: `not set with minReplicas 0`,
    remedy: 'Leave scaling.cpuPercent out, or use minReplicas 1.',
  });
}
