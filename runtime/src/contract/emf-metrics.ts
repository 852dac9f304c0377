/** CloudWatch namespace of everything the runtime measures. */
export const EMF_NAMESPACE = 'Inferstack';

/** Dimensions by name: the endpoint of the configuration, name and version of the model. */
export const EMF_DIMENSIONS = { endpoint: 'Endpoint', model: 'Model', version: 'Version' } as const;

/**
 * Under which dimensions a metric is found: over the life of an endpoint, or of one version alone, so that versions can
 * be compared while traffic moves. Each combination is paid for, so there are no others.
 */
export const EMF_DIMENSION_SETS = {
  endpoint: [EMF_DIMENSIONS.endpoint],
  model: [EMF_DIMENSIONS.endpoint, EMF_DIMENSIONS.model],
  version: [EMF_DIMENSIONS.endpoint, EMF_DIMENSIONS.model, EMF_DIMENSIONS.version],
} as const;

export interface EmfMetric {
  /** Name in CloudWatch. */
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** Whether it is measured once per model, or once for the whole process. */
  readonly of: 'model' | 'endpoint';
}

/** Every metric in the CloudWatch embedded metric format: what the runtime writes and dashboards and alarms may read. */
export const EMF_METRICS = {
  /** Predictions asked for, whatever became of them. Sum. */
  requests: { name: 'Requests', unit: 'Count', of: 'model' },
  /** Of these, failed by fault of the server: HTTP status 500 and above. Sum. */
  errors: { name: 'Errors', unit: 'Count', of: 'model' },
  /** Values and tensors refused by the rules of model.yaml. Sum. */
  validationFailures: { name: 'ValidationFailures', unit: 'Count', of: 'model' },
  /** Rows run through the model. Sum. */
  rows: { name: 'Rows', unit: 'Count', of: 'model' },
  /** From the request head to the answer. Percentiles. */
  latency: { name: 'Latency', unit: 'Milliseconds', of: 'model' },
  /** One run of the model in the engine. Percentiles. */
  modelLatency: { name: 'ModelLatency', unit: 'Milliseconds', of: 'model' },
  /** What the oldest request of a run had waited for it. Percentiles. */
  queueTime: { name: 'QueueTime', unit: 'Milliseconds', of: 'model' },
  /** Rows that shared a run. Average. */
  batchSize: { name: 'BatchSize', unit: 'Count', of: 'model' },
  /** Predictions in progress in one replica, looked at every second. Average, maximum. */
  inFlight: { name: 'InFlight', unit: 'Count', of: 'endpoint' },
} as const satisfies Readonly<Record<string, EmfMetric>>;

export type EmfMetricKey = keyof typeof EMF_METRICS;
