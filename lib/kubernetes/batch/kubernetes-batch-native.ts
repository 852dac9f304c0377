import type {
  KubeConfigMap,
  KubeCronJob,
  KubeNetworkPolicy,
  KubeServiceAccount,
} from 'cdk8s-plus-32/lib/imports/k8s';
import type { PrometheusRule } from '../custom-resources';

/** The objects of a job on Kubernetes: change them with `addJsonPatch`, or depend on them. */
export interface KubernetesBatchNative {
  /** Suspended without a schedule: `kubectl create job --from=cronjob/<name> <run>` starts a run. */
  readonly cronJob: KubeCronJob;
  /** The runtime's configuration. */
  readonly configMap: KubeConfigMap;
  /** With `ModelDelivery.embedded()`. */
  readonly modelConfigMaps: readonly KubeConfigMap[];
  readonly serviceAccount: KubeServiceAccount;
  readonly networkPolicy: KubeNetworkPolicy;
  /** Unless all alarms are off. */
  readonly alerts: PrometheusRule | undefined;
}
