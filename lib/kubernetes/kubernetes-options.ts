import type { ArgoRolloutsOptions } from './argo/argo-rollouts-options';
import { Autoscaler } from './autoscaler';
import { ClusterMonitoring } from './cluster-monitoring';
import type { Exposure } from './exposure';
import { ModelDelivery } from './model-delivery';
import type { NetworkPeer } from './network-peer';
import type { AllowedEgress } from './network-policy';
import type { PodOptions } from './pod-options';

/** What only Kubernetes needs to know about an endpoint. */
export interface KubernetesEndpointOptions {
  /** Namespace of every resource. @default - that of the chart; without one, decided when the manifests are applied */
  readonly namespace?: string;
  /** Whether the namespace is created as well, with the restricted Pod Security Standard. @default false */
  readonly createNamespace?: boolean;
  /** Name of the Deployment and beginning of every other name, at most 47 characters. @default - from the construct path */
  readonly name?: string;
  /** How the model reaches the pods. @default ModelDelivery.embedded() */
  readonly model?: ModelDelivery;
  /** What changes the number of replicas. @default Autoscaler.horizontalPodAutoscaler() */
  readonly autoscaler?: Autoscaler;
  /** Who can reach the endpoint. @default Exposure.clusterInternal() */
  readonly exposure?: Exposure;
  /** How Prometheus finds metrics and alarms. @default ClusterMonitoring.prometheusOperator() */
  readonly monitoring?: ClusterMonitoring;
  /** Connections let through; all others are refused. @default - callers in the same namespace, see each option */
  readonly network?: NetworkOptions;
  /**
   * Lets Argo Rollouts, where the cluster runs it, do the rollout: `Rollout.canary()` and `linear()` through a Gateway,
   * `Rollout.blueGreen()`, and going back by itself for all of them.
   * @default - a Deployment alone: `Rollout.rolling()` and `allAtOnce()`, without going back by itself
   */
  readonly argoRollouts?: ArgoRolloutsOptions;
  /** Scheduling, registry credentials, cloud identity. @default - see each option */
  readonly pod?: PodOptions;
}

export interface NetworkOptions {
  /** Who may send requests, besides the proxies of the exposure. @default - every pod of the namespace */
  readonly allowFrom?: readonly NetworkPeer[];
  /** What the pods may connect to, besides the model store: credential endpoints of a cloud, a store in the cluster. @default - nothing */
  readonly allowTo?: readonly AllowedEgress[];
}

/** What every target of Kubernetes asks. */
export type SharedEndpointOptions = Omit<KubernetesEndpointOptions, 'exposure' | 'argoRollouts'>;

/** The same with every default decided. */
export type SharedOptions = Required<
  Pick<KubernetesEndpointOptions, 'model' | 'autoscaler' | 'monitoring'>
> & {
  readonly pod: PodOptions;
  /** undefined: every pod of the namespace. */
  readonly allowFrom: readonly NetworkPeer[] | undefined;
  readonly allowTo: readonly AllowedEgress[];
};

export function resolveSharedOptions(options: SharedEndpointOptions): SharedOptions {
  return {
    model: options.model ?? ModelDelivery.embedded(),
    autoscaler: options.autoscaler ?? Autoscaler.horizontalPodAutoscaler(),
    monitoring: options.monitoring ?? ClusterMonitoring.prometheusOperator(),
    pod: options.pod ?? {},
    allowFrom: options.network?.allowFrom,
    allowTo: options.network?.allowTo ?? [],
  };
}
