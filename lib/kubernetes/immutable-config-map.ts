import { KubeConfigMap } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { ObjectContext } from './context';

export interface ImmutableContent {
  /** End of the name; holds a digest of the content. */
  readonly suffix: string;
  readonly data?: Readonly<Record<string, string>>;
  /** @default - those of every object of the endpoint */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Base64. */
  readonly binaryData?: Readonly<Record<string, string>>;
}

/**
 * A ConfigMap that never changes: other content has another name. Each ReplicaSet so keeps its own configuration,
 * and `kubectl rollout undo` finds the old one where it was.
 */
export function immutableConfigMap(
  scope: Construct,
  id: string,
  context: ObjectContext,
  { suffix, data, binaryData, annotations }: ImmutableContent,
): KubeConfigMap {
  return new KubeConfigMap(scope, id, {
    metadata: context.metadata(suffix, 'configuration', {
      // Argo CD removes the old one only after the new pods are healthy: pods of the old version may still start.
      annotations: { ...annotations, 'argocd.argoproj.io/sync-options': 'PruneLast=true' },
    }),
    immutable: true,
    data,
    binaryData,
  });
}
