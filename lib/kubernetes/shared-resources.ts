import { createHash } from 'node:crypto';
import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { type KubeConfigMap, KubeServiceAccount } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import { type EndpointPlan, runtimeConfig } from '../core';
import type { BoundMonitoring } from './cluster-monitoring';
import type { EndpointContext } from './context';
import { disruptionBudget } from './disruption-budget';
import { featureStoreEgress } from './feature-stores';
import { immutableConfigMap } from './immutable-config-map';
import type { SharedOptions } from './kubernetes-options';
import type { BoundModels } from './model-delivery';
import type { NetworkPeer } from './network-peer';
import { networkPolicy } from './network-policy';
import { CONFIG_FILE, type PodParts } from './pod';
import { inSecretFile } from './runtime-secrets';
import { managementService } from './services';

/** What the pods are made of. */
export interface Foundation {
  readonly config: RuntimeConfig;
  readonly podParts: PodParts;
  readonly serviceAccount: KubeServiceAccount;
  readonly configMap: KubeConfigMap;
  readonly modelConfigMaps: readonly KubeConfigMap[];
  readonly monitoring: BoundMonitoring;
}

/** Creates what the pods need before they can be described, whoever creates them. */
export function foundation(scope: Construct, context: EndpointContext, options: SharedOptions): Foundation {
  const models = options.model.bind(scope, context);
  const addresses = { modelUris: models.uris, credentials: inSecretFile };
  const config = runtimeConfig({ ...context.plan, name: context.name }, addresses);
  const configMap = configurationMap(scope, context, config);
  const serviceAccount = account(scope, context, options);
  return {
    config,
    podParts: {
      image: registryImage(context.plan),
      configMapName: configMap.name,
      serviceAccountName: serviceAccount.name,
      models,
    },
    serviceAccount,
    configMap,
    modelConfigMaps: models.configMaps,
    monitoring: options.monitoring.bind(scope, context),
  };
}

/** Creates what stands around the pods, whoever creates them: metrics, number, maintenance, connections. */
export function surroundings(
  scope: Construct,
  context: EndpointContext,
  options: SharedOptions,
  { models, proxies }: { models: BoundModels; proxies: readonly NetworkPeer[] },
) {
  return {
    managementService: managementService(scope, context),
    autoscaler: options.autoscaler.bind(scope, context),
    podDisruptionBudget: disruptionBudget(scope, context),
    networkPolicy: networkPolicy(scope, context, connections(context, options, models, proxies)),
  };
}

function configurationMap(scope: Construct, context: EndpointContext, config: RuntimeConfig): KubeConfigMap {
  const json = `${JSON.stringify(config, null, 2)}\n`;
  return immutableConfigMap(scope, 'Config', context, {
    suffix: `-config-${shortHash(json)}`,
    data: { [CONFIG_FILE]: json },
  });
}

/** End of the names of objects that are named after their content. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function account(scope: Construct, context: EndpointContext, { pod }: SharedOptions): KubeServiceAccount {
  return new KubeServiceAccount(scope, 'ServiceAccount', {
    metadata: context.metadata('', 'model-endpoint', { annotations: { ...pod.serviceAccountAnnotations } }),
    automountServiceAccountToken: false,
  });
}

function registryImage({ runtime: { image } }: EndpointPlan) {
  if (image.kind !== 'registry') throw new Error('a source image passed the checks');
  return image;
}

/** Every pod of the namespace: a selector without labels matches all. */
const SAME_NAMESPACE = { podLabels: {} };

function connections(
  { plan }: EndpointContext,
  { allowFrom, allowTo, monitoring }: SharedOptions,
  models: BoundModels,
  proxies: readonly NetworkPeer[],
) {
  return {
    inferenceFrom: [...(allowFrom ?? [SAME_NAMESPACE]), ...proxies],
    managementFrom: monitoring.scraper,
    to: allowTo,
    stores: featureStoreEgress(plan),
    storePort: models.egressPort,
  };
}
