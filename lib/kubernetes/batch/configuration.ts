import type { BatchConfig } from '@inferstack/runtime/contract';
import { type KubeConfigMap, KubeServiceAccount } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { immutableConfigMap } from '../immutable-config-map';
import { CONFIG_FILE } from '../pod';
import type { PodOptions } from '../pod-options';
import { shortHash } from '../shared-resources';
import type { JobContext } from './job-context';

export function configurationMap(scope: Construct, context: JobContext, config: BatchConfig): KubeConfigMap {
  const json = `${JSON.stringify(config, null, 2)}\n`;
  return immutableConfigMap(scope, 'Config', context, {
    suffix: `-config-${shortHash(json)}`,
    data: { [CONFIG_FILE]: json },
  });
}

export function createServiceAccount(
  scope: Construct,
  context: JobContext,
  pod: PodOptions = {},
): KubeServiceAccount {
  return new KubeServiceAccount(scope, 'ServiceAccount', {
    metadata: context.metadata('', 'scoring-job', { annotations: { ...pod.serviceAccountAnnotations } }),
    automountServiceAccountToken: false,
  });
}
