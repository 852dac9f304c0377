import { type DeploymentStrategy, IntOrString, KubeDeployment } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { EndpointPlan, RolloutPlan } from '../core';
import type { EndpointContext } from './context';
import type { SharedOptions } from './kubernetes-options';
import { type PodParts, podAnnotations, podSpec } from './pod';

/** Old ReplicaSets kept: how far `kubectl rollout undo` reaches. */
export const REVISIONS = 10;

/** Never fewer replicas than before. */
export function deploymentStrategy({ rollout }: EndpointPlan): DeploymentStrategy {
  return {
    type: 'RollingUpdate',
    rollingUpdate: {
      maxUnavailable: IntOrString.fromNumber(0),
      maxSurge: IntOrString.fromString(maxSurge(rollout)),
    },
  };
}

/** Whether every replica bakes by itself, instead of all of the new version together. */
export const bakesInDeployment = ({ strategy }: RolloutPlan): boolean =>
  strategy === 'rolling' || strategy === 'allAtOnce';

/** How many replicas more than wanted run while they are replaced. */
export const maxSurge = ({ strategy }: RolloutPlan): '25%' | '100%' =>
  strategy === 'allAtOnce' ? '100%' : '25%';

/**
 * The replicas. Their number is left out: it belongs to the autoscaler, and each apply of a number would throw it
 * back. A new Deployment so starts with one replica, and the autoscaler raises it to the minimum within seconds.
 */
export function deployment(
  scope: Construct,
  context: EndpointContext,
  options: SharedOptions,
  parts: PodParts,
): KubeDeployment {
  const { rollout } = context.plan;
  return new KubeDeployment(scope, 'Deployment', {
    metadata: context.metadata('', 'model-endpoint'),
    spec: {
      selector: { matchLabels: { ...context.selector } },
      strategy: deploymentStrategy(context.plan),
      // A replica counts, and the next is replaced, once it was ready that long.
      minReadySeconds: bakesInDeployment(rollout) ? rollout.bakeSeconds : undefined,
      progressDeadlineSeconds: rollout.timeoutSeconds,
      revisionHistoryLimit: REVISIONS,
      template: {
        metadata: {
          labels: context.labels('model-endpoint'),
          annotations: { ...context.modelAnnotations(), ...podAnnotations(context, options.monitoring) },
        },
        spec: podSpec(context, options.pod, parts),
      },
    },
  });
}
