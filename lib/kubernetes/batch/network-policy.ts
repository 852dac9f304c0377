import { KubeNetworkPolicy } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { egressTo } from '../feature-stores';
import { egress } from '../network-policy';
import type { JobContext } from './job-context';
import type { KubernetesBatchOptions } from './kubernetes-batch-options';

/** Nobody connects to workers, and they connect to nothing but what is listed. */
export function workerNetworkPolicy(
  scope: Construct,
  context: JobContext,
  { allowTo = [], pushgateway }: KubernetesBatchOptions,
  storePort: number | undefined,
): KubeNetworkPolicy {
  const gateway = pushgateway === undefined ? [] : [egressTo(addressOf(pushgateway))];
  return new KubeNetworkPolicy(scope, 'NetworkPolicy', {
    metadata: context.metadata('', 'scoring-job'),
    spec: {
      podSelector: { matchLabels: { ...context.selector, 'app.kubernetes.io/component': 'scoring-job' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: egress({ to: allowTo, stores: gateway, storePort }),
    },
  });
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const url = new URL(text);
  return { host: url.hostname, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) };
}
