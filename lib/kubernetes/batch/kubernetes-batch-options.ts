import type { ModelDelivery } from '../model-delivery';
import type { AllowedEgress } from '../network-policy';
import type { PodOptions } from '../pod-options';

/** What only Kubernetes needs to know about a job. */
export interface KubernetesBatchOptions {
  /** Namespace of every resource. @default - that of the chart; without one, decided when the manifests are applied */
  readonly namespace?: string;
  /** Name of the CronJob and beginning of every other name, at most 46 characters. @default - from the construct path */
  readonly name?: string;
  /** How the model reaches the pods. @default ModelDelivery.embedded() */
  readonly model?: ModelDelivery;
  /** Scheduling, registry credentials, cloud identity. @default - see each option */
  readonly pod?: PodOptions;
  /** Disk of a worker for files while they are read or written, MiB, besides the model. @default 4096 */
  readonly scratchMiB?: number;
  /** What the pods may connect to, besides the model store and the gateway of metrics. @default - nothing */
  readonly allowTo?: readonly AllowedEgress[];
  /**
   * Prometheus pushgateway that gets the metrics of each worker at its end, `http://gateway.monitoring.svc:9091`.
   * @default - none; alarms need none, since kube-state-metrics tells of runs
   */
  readonly pushgateway?: string;
  /** Labels by which the operator's Prometheus selects rules. @default - none */
  readonly ruleLabels?: Readonly<Record<string, string>>;
}
