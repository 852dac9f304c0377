import { MathExpression, type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Duration } from 'aws-cdk-lib/core';
import type { WatchedTraffic } from '../alarms';
import { metric, percent } from '../endpoint-metrics';

/** Namespace of what the instances measure. */
export const ENDPOINT_NAMESPACE = '/aws/sagemaker/Endpoints';
const REQUEST_NAMESPACE = 'AWS/SageMaker';
/** The one variant of an endpoint, as SageMaker's own tools call it. */
export const VARIANT = 'AllTraffic';

/**
 * What SageMaker sees of one endpoint. Names, dimensions, units and statistics as AWS publishes them:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export class SageMakerMetrics implements WatchedTraffic {
  constructor(private readonly endpointName: string) {}

  requests(options: MetricOptions = {}): Metric {
    return this.request('Invocations', { statistic: Stats.SUM, label: 'Requests', ...options });
  }

  /**
   * Failed requests in percent of all; 0 below `minRequests`. Failed: answers of 500 and above, and what never became
   * an answer (broken connections, timeouts), which is told among the model errors alone, together with answers of 4xx.
   */
  errorPercent(minRequests: number, period: Duration): MathExpression {
    const count = (name: string) => this.request(name, { statistic: Stats.SUM, period });
    const failed = 'MAX([FILL(failed, 0), FILL(unanswered, 0) - FILL(refused, 0)])';
    return percent(period, 'FILL(requests, 0)', failed, minRequests, {
      requests: this.requests({ period }),
      failed: count('Invocation5XXErrors'),
      unanswered: count('InvocationModelErrors'),
      refused: count('Invocation4XXErrors'),
    });
  }

  /** A percentile in milliseconds; 0 below `minRequests`. */
  slowPercentile(minRequests: number, period: Duration, percentile = 99): MathExpression {
    const microseconds = this.latency({ period, statistic: Stats.p(percentile) });
    return new MathExpression({
      expression: `IF(FILL(requests, 0) >= ${minRequests}, microseconds / 1000, 0)`,
      label: `p${percentile} latency (ms)`,
      usingMetrics: { requests: this.requests({ period }), microseconds },
      period,
    });
  }

  /** Time from SageMaker's request to a container until its answer, microseconds. */
  latency(options: MetricOptions = {}): Metric {
    return this.request('ModelLatency', { statistic: Stats.p(99), label: 'p99', ...options });
  }

  /** What SageMaker adds to it, microseconds. */
  overhead(options: MetricOptions = {}): Metric {
    return this.request('OverheadLatency', { statistic: Stats.p(99), label: 'p99', ...options });
  }

  /** CPU in use, summed over the cores of an instance: 0 to 100 for each. */
  cpu(options: MetricOptions = {}): Metric {
    return this.instance('CPUUtilization', { label: 'CPU (% of a core)', ...options });
  }

  /** Memory in use, percent of an instance. */
  memory(options: MetricOptions = {}): Metric {
    return this.instance('MemoryUtilization', { label: 'Memory (%)', ...options });
  }

  /** Storage in use, percent of an instance. */
  disk(options: MetricOptions = {}): Metric {
    return this.instance('DiskUtilization', { label: 'Disk (%)', ...options });
  }

  private instance(name: string, options: MetricOptions): Metric {
    return metric(ENDPOINT_NAMESPACE, name, this.dimensions, { statistic: Stats.AVERAGE, ...options });
  }

  private request(name: string, options: MetricOptions): Metric {
    return metric(REQUEST_NAMESPACE, name, this.dimensions, options);
  }

  private get dimensions(): Record<string, string> {
    return { EndpointName: this.endpointName, VariantName: VARIANT };
  }
}
