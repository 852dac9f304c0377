import type { AlertQueries } from '../alerts';
import type { VertexExposure } from './vertex-exposure';

/**
 * Metrics of online prediction as Cloud Monitoring names them in PromQL: counters by `response_code`, and histograms in
 * milliseconds. Private endpoints may count apart; which of the two is there is seen by what has samples.
 * Source: https://cloud.google.com/monitoring/api/metrics_gcp_a_b#gcp-aiplatform
 */
const PREFIX = 'aiplatform_googleapis_com:prediction_online_';
const PUBLIC = {
  responses: 'response_count',
  latency: 'prediction_latencies',
  label: 'latency_type="total"',
};
const PRIVATE = { responses: 'private_response_count', latency: 'private_prediction_latencies', label: '' };

/** Time until every sample of a private endpoint is visible; the public ones come sooner. Same source. */
export const METRIC_DELAY_SECONDS = 360;

type Gauge = 'replicas' | 'target_replicas' | 'cpu_utilization' | 'memory_bytes_used';

/** What Vertex AI measures of one endpoint, or of one model deployed on it. Windows are whole minutes. */
export class VertexQueries implements AlertQueries {
  private readonly matcher: string;
  private readonly sources: readonly (typeof PUBLIC)[];

  constructor(
    { id, region }: { readonly id: string; readonly region: string },
    exposure: VertexExposure,
    deployedModel?: string,
  ) {
    this.sources = exposure.kind === 'private' ? [PUBLIC, PRIVATE] : [PUBLIC];
    this.matcher = [
      'monitored_resource="aiplatform.googleapis.com/Endpoint"',
      `location="${region}"`,
      `endpoint_id="${id}"`,
      ...(deployedModel === undefined ? [] : [`deployed_model_id="${deployedModel}"`]),
    ].join(',');
  }

  count(seconds: number): string {
    return this.either(({ responses }) => `sum(increase(${this.series(responses)}[${minutes(seconds)}]))`);
  }

  errorPercent(seconds: number): string {
    // 500 on private endpoints, 5xx on public ones.
    const failed = this.rate('sum', seconds, 'response_code=~"5.."');
    return `100 * ${failed} / ${this.rate('sum', seconds)}`;
  }

  p99Latency(seconds: number): string {
    return this.quantile(0.99, seconds);
  }

  quantile(quantile: number, seconds: number): string {
    const buckets = this.either(
      ({ latency, label }) =>
        `sum by (le) (rate(${this.series(`${latency}_bucket`, label)}[${minutes(seconds)}]))`,
    );
    return `histogram_quantile(${quantile}, ${buckets})`;
  }

  /** Requests per second by code of status. */
  rateByStatus(seconds: number): string {
    return this.rate('sum by (response_code)', seconds);
  }

  gauge(aggregation: string, gauge: Gauge): string {
    return `${aggregation} (${this.series(gauge)})`;
  }

  private rate(aggregation: string, seconds: number, label = ''): string {
    return this.either(
      ({ responses }) => `${aggregation} (rate(${this.series(responses, label)}[${minutes(seconds)}]))`,
    );
  }

  private either(query: (source: typeof PUBLIC) => string): string {
    const queries = this.sources.map(query);
    return queries.length === 1 ? queries[0]! : `(${queries.join(' or ')})`;
  }

  private series(metric: string, label = ''): string {
    return `${PREFIX}${metric}{${this.matcher}${label === '' ? '' : `,${label}`}}`;
  }
}

const minutes = (seconds: number): string => `${seconds / 60}m`;
