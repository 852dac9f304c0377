import type { Toleration } from 'cdk8s-plus-32/lib/imports/k8s';

/** How the pods are scheduled and who they are. */
export interface PodOptions {
  /** Secrets with the credentials of the image registry. @default - none */
  readonly imagePullSecrets?: readonly string[];
  /** Labels of the nodes that may run the pods, besides the processor architecture. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints the pods tolerate. @default - none */
  readonly tolerations?: readonly Toleration[];
  /** PriorityClass of the pods. @default - the cluster's default */
  readonly priorityClassName?: string;
  /**
   * Annotations of the service account that give the pods a cloud identity, for example
   * `{'eks.amazonaws.com/role-arn': 'arn:...'}`.
   * @default - none
   */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
}
