import { IntOrString, KubePodDisruptionBudget } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { EndpointContext } from './context';

/** Lets node maintenance take one replica at a time. A minimum instead would block it for good at one replica. */
export function disruptionBudget(scope: Construct, context: EndpointContext): KubePodDisruptionBudget {
  return new KubePodDisruptionBudget(scope, 'DisruptionBudget', {
    metadata: context.metadata('', 'model-endpoint'),
    spec: {
      maxUnavailable: IntOrString.fromNumber(1),
      // A replica that is not ready serves nobody; it must not hold up maintenance.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { ...context.selector } },
    },
  });
}
