import { Chart, JsonPatch } from 'cdk8s';
import { KubeNamespace } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { Checker } from './checker';
import type { EndpointContext } from './context';

export function checkNamespace(
  check: Checker,
  chart: Chart,
  namespace: string | undefined,
  create: boolean,
): void {
  if (namespace !== undefined) check.labelName('target.namespace', namespace);
  if (!create) return;
  const twice = chart.node
    .findAll()
    .some((node) => node instanceof KubeNamespace && node.metadata.name === namespace);
  if (namespace !== undefined && !twice) return;
  check.add('KUBERNETES_NAMESPACE', 'target.createNamespace', {
    what: twice ? 'the namespace is already created in this chart' : 'no namespace is named',
    got: namespace,
    allowed: 'a namespace that nothing else in the chart creates',
    remedy: twice ? 'Leave createNamespace out here.' : 'Set namespace on the target or on the chart.',
  });
}

/** The namespace, if it is to be created; the checks have seen that it is named. */
export function optionalNamespace(
  scope: Construct,
  { namespace }: EndpointContext,
  create: boolean,
): KubeNamespace | undefined {
  return create && namespace !== undefined ? restrictedNamespace(scope, namespace) : undefined;
}

/** A namespace that admits only pods of the restricted Pod Security Standard. */
function restrictedNamespace(scope: Construct, name: string): KubeNamespace {
  const namespace = new KubeNamespace(scope, 'Namespace', {
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  // cdk8s gives every object the namespace of its chart; a namespace lies in none.
  if (Chart.of(scope).namespace !== undefined) {
    namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
  return namespace;
}
