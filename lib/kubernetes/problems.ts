import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what a user can get wrong in the options of the Kubernetes target, or cannot have on Kubernetes. */
export const kubernetesProblems = {
  KUBERNETES_NAME: 'A name is not usable in Kubernetes, alone or with the suffixes of the resources.',
  KUBERNETES_NAMESPACE: 'The namespace is needed but unknown, or created twice.',
  KUBERNETES_TOKEN: 'A value is a placeholder of another tool, which would be written literally.',
  KUBERNETES_MODEL_TOO_LARGE: 'The model package does not fit in a ConfigMap.',
  KUBERNETES_MODEL_URL: 'The base URL of the model packages is not usable.',
  KUBERNETES_SCALING: 'The autoscaler cannot do what the scaling settings ask for.',
  KUBERNETES_ROLLOUT_TIMES: 'The times of the rollout contradict each other.',
  KUBERNETES_GATE: 'A gate of the rollout cannot be judged by Prometheus.',
  KUBERNETES_LATENCY_LIMIT: 'The latency limit of the alarm is above what the histogram can tell.',
  KUBERNETES_PLAIN_HTTP: 'The endpoint would be reachable from outside without encryption.',
  KUBERNETES_GRPC_HOSTS: 'gRPC needs host names of its own on a Gateway, and only with runtime.grpc.',
  KUBERNETES_PEER: 'A peer of the network policy selects nothing, or mixes forms.',
  KUBERNETES_OPTION: 'An option of the Kubernetes target has a value that Kubernetes refuses.',
} as const satisfies ProblemCatalogue;

export type KubernetesProblemCode = keyof typeof kubernetesProblems;
