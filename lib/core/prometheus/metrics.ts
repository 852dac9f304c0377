/** Metrics of the runtime that alerts, dashboards and autoscalers use. A test holds them against the runtime itself. */
export const METRICS = {
  /** Counter; labels model, version, route, code. */
  requests: 'inferstack_requests_total',
  /** Histogram, seconds. */
  duration: 'inferstack_request_duration_seconds',
  inFlight: 'inferstack_requests_in_flight',
  /** Histogram, seconds. */
  inference: 'inferstack_inference_duration_seconds',
  rows: 'inferstack_rows_total',
  /** Counter; labels model, version, reason. */
  validationFailures: 'inferstack_validation_failures_total',
  ready: 'inferstack_ready',
  info: 'inferstack_model_info',
} as const;

/** Path of the metrics on the management port. */
export const METRICS_PATH = '/metrics';

/**
 * Upper bound of the last finite bucket of the duration histogram, ms: `histogram_quantile` never returns more, so
 * an alarm above it could never fire.
 */
export const LARGEST_DURATION_MS = 30_000;
