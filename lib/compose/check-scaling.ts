import { DEFAULT_SCALING, type ScalingPlan } from '../core';
import type { Checker } from './checker';

/** Without an autoscaler they mean nothing, so nothing is lost while they are what nobody asked for. */
const MEANINGLESS = ['cpuPercent', 'scaleOutCooldownSeconds', 'scaleInCooldownSeconds'] as const;

/** Compose keeps a number of containers; it adds and removes none by itself. */
export function checkScaling(check: Checker, scaling: ScalingPlan): void {
  const { minReplicas, maxReplicas, requestsPerReplica } = scaling;
  if (maxReplicas !== minReplicas) {
    check.unsupported('scaling.maxReplicas', {
      what: `Docker Compose has no autoscaler: between ${minReplicas} and ${maxReplicas} replicas nobody would decide`,
      got: maxReplicas,
      allowed: `minReplicas (${minReplicas})`,
      remedy: `Set scaling: { minReplicas: ${minReplicas}, maxReplicas: ${minReplicas} }, as many as the peak needs.`,
    });
  }
  if (minReplicas === 0) {
    check.unsupported('scaling.minReplicas', {
      what: 'nothing would start a replica when a request comes',
      got: minReplicas,
      allowed: '1 or more',
      remedy: 'Raise minReplicas.',
    });
  }
  if (requestsPerReplica !== null) refuse(check, 'requestsPerReplica', requestsPerReplica);
  for (const field of MEANINGLESS) {
    if (scaling[field] !== DEFAULT_SCALING[field])
      refuse(check, field.replace('Seconds', ''), scaling[field]);
  }
}

function refuse(check: Checker, prop: string, got: number): void {
  check.unsupported(`scaling.${prop}`, {
    what: 'Docker Compose has no autoscaler that would look at it',
    got,
    allowed: 'left out',
    remedy: `Leave scaling.${prop} out, or choose a target that scales: KubernetesEndpoint, or one of a cloud.`,
  });
}
