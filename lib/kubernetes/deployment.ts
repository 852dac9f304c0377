import { type DeploymentStrategy, IntOrString, KubeDeployment } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { EndpointContext } from './context';
import type { SharedOptions } from './kubernetes-options';
import { type PodParts, podAnnotations, podSpec } from './pod';

/** Never fewer replicas than before. */
export const ROLLING_UPDATE: DeploymentStrategy = {
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable: IntOrString.fromNumber(0), maxSurge: IntOrString.fromString('25%') },
};
/** Old ReplicaSets kept: how far `kubectl rollout undo` reaches. */
const REVISIONS = 10;

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
      strategy: ROLLING_UPDATE,
      // A replica counts, and the next is replaced, once it was ready that long.
      minReadySeconds: rollout.bakeSeconds,
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
