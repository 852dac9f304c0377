import type { AlertQueries } from './alerts';
import type { EndpointContext } from './context';

/**
 * Metrics of Cloud Run as Cloud Monitoring names them in PromQL.
 * Sources: https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run,
 * https://cloud.google.com/monitoring/promql/promql-mapping
 */
export const METRICS = {
  /** Counter; labels response_code, response_code_class. */
  requests: 'run_googleapis_com:request_count',
  /** Histogram, milliseconds. */
  latency: 'run_googleapis_com:request_latencies',
  /** Gauge; label state: active, idle. */
  instances: 'run_googleapis_com:container_instance_count',
  /** Histograms, share of the limit. */
  cpu: 'run_googleapis_com:container_cpu_utilizations',
  memory: 'run_googleapis_com:container_memory_utilizations',
  /** Histogram, requests at once in an instance. */
  concurrency: 'run_googleapis_com:container_max_request_concurrencies',
  /** Histogram, milliseconds. */
  startup: 'run_googleapis_com:container_startup_latencies',
} as const;

type Histogram = 'latency' | 'cpu' | 'memory' | 'concurrency' | 'startup';

/** What Cloud Run measures of one endpoint. Windows are whole minutes: the platform writes once a minute. */
export class EndpointQueries implements AlertQueries {
  private readonly matcher: string;
  private readonly apart: readonly string[];

  /** @param byRevision whether each revision is judged by itself, so that one with few requests is not lost in the others */
  constructor(context: EndpointContext, byRevision = false) {
    this.matcher = serviceMatcher(context);
    this.apart = byRevision ? ['revision_name'] : [];
  }

  /** Requests in a window. */
  count(seconds: number): string {
    return this.sum(`increase(${METRICS.requests}{${this.matcher}}[${minutes(seconds)}])`);
  }

  /** Requests per second by class of status: 2xx, 5xx, ... */
  rateByStatus(seconds: number): string {
    return `sum by (response_code_class) (rate(${METRICS.requests}{${this.matcher}}[${minutes(seconds)}]))`;
  }

  /** Failed requests, percent. */
  errorPercent(seconds: number): string {
    const window = minutes(seconds);
    const failed = this.sum(
      `rate(${METRICS.requests}{${this.matcher},response_code_class="5xx"}[${window}])`,
    );
    return `100 * ${failed} / ${this.sum(`rate(${METRICS.requests}{${this.matcher}}[${window}])`)}`;
  }

  p99Latency(seconds: number): string {
    return this.quantile(0.99, 'latency', seconds);
  }

  quantile(quantile: number, histogram: Histogram, seconds: number): string {
    const buckets = `rate(${METRICS[histogram]}_bucket{${this.matcher}}[${minutes(seconds)}])`;
    return `histogram_quantile(${quantile}, ${this.sum(buckets, 'le')})`;
  }

  instances(): string {
    return `sum by (state) (${METRICS.instances}{${this.matcher}})`;
  }

  private sum(series: string, ...labels: readonly string[]): string {
    const by = [...labels, ...this.apart];
    return by.length === 0 ? `sum(${series})` : `sum by (${by.join(', ')}) (${series})`;
  }
}

/** The series of all revisions of a service. */
export function serviceMatcher({ name, region, project }: EndpointContext): string {
  return [
    'monitored_resource="cloud_run_revision"',
    `project_id="${project}"`,
    `location="${region}"`,
    `service_name="${name}"`,
  ].join(',');
}

const minutes = (seconds: number): string => `${seconds / 60}m`;
