import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what a user can get wrong in the options of the Google Cloud targets, or cannot have there. */
export const gcpProblems = {
  GCP_NAME: 'A name is not usable on Google Cloud, alone or with the suffixes of the resources.',
  GCP_TOKEN: 'A number is known only at deployment, but has to be written into a document at synthesis.',
  GCP_RESOURCES: 'The platform does not offer this pair of CPU and memory.',
  GCP_MODEL_MEMORY: 'The model does not fit the memory of an instance, where Cloud Run keeps its files too.',
  GCP_STARTUP: 'The platform does not wait that long for an instance to become ready.',
  GCP_CONCURRENCY: 'An instance cannot take that many requests at once.',
  GCP_REPLICAS: 'The platform does not run that many, or that few, instances.',
  GCP_REQUEST_LIMIT: 'The platform does not take requests that large or that long.',
  GCP_DRAIN: 'Cloud Run stops an instance before it would begin to drain.',
  GCP_LOG_RETENTION: 'Cloud Logging does not keep logs that long.',
  GCP_IMAGE_REGISTRY: 'The platform does not pull images from this registry.',
  GCP_INVOKER: 'A caller is not named as IAM wants it, or contradicts the access asked for.',
  GCP_EXPOSURE: 'The options of the exposure contradict each other, or are not usable.',
  GCP_SECURITY_POLICY: 'A limit or address range of the security policy is out of bounds.',
  GCP_NOTIFICATION: 'A recipient of alarms is not usable.',
  GCP_RELEASE: 'A release has no name, or one that does not fit into the name of a revision.',
  GCP_ROLLOUT: 'Cloud Run cannot move requests in such shares, or nothing could be seen in such a time.',
  GCP_GATE: 'Cloud Monitoring cannot judge a gate over such a window.',
  GCP_LABEL: 'A label is not usable on Google Cloud.',
} as const satisfies ProblemCatalogue;

export type GcpProblemCode = keyof typeof gcpProblems;
