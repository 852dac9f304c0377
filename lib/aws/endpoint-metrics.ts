import { type IMetric, MathExpression, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** What the traffic of an endpoint is found by. */
export interface TrafficSource {
  /** `app/<name>/<id>` */
  readonly loadBalancer: string;
  /** `targetgroup/<name>/<id>` */
  readonly targetGroup: string;
  /** The second target group, where requests are moved between two. @default - there is one */
  readonly alternateTargetGroup?: string | undefined;
  /** Whether every request on the load balancer is for this endpoint: then its own errors count as well. */
  readonly ownsLoadBalancer: boolean;
}

/** What the replicas of an endpoint are found by. */
export interface ServiceSource {
  readonly cluster: string;
  readonly service: string;
}

/** One target group has a metric; of two, it is calculated. */
export type EndpointMetric = Metric | MathExpression;

/**
 * What the load balancer sees of one endpoint, whichever of its target groups answers. Names, dimensions and statistics as AWS publishes them:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class TrafficMetrics {
  constructor(private readonly source: TrafficSource) {}

  requests(options: MetricOptions = {}): EndpointMetric {
    return this.sum('RequestCount', { statistic: Stats.SUM, label: 'Requests', ...options });
  }

  /** Failed requests in percent of all; 0 below `minRequests`. */
  errorPercent(minRequests: number, period: Duration): MathExpression {
    return this.source.ownsLoadBalancer
      ? this.ownErrorPercent(minRequests, period)
      : this.sharedErrorPercent(minRequests, period);
  }

  /** A percentile in milliseconds; 0 below `minRequests`. */
  slowPercentile(minRequests: number, period: Duration, percentile = 99): MathExpression {
    const seconds = this.latency({ period, statistic: Stats.p(percentile) });
    return new MathExpression({
      expression: `IF(FILL(requests, 0) >= ${minRequests}, 1000 * seconds, 0)`,
      label: `p${percentile} latency (ms)`,
      usingMetrics: { requests: this.requests({ period }), seconds },
      period,
    });
  }

  /** Time between the load balancer's request to a replica and its answer, seconds; of two target groups the slower one's. */
  latency(options: MetricOptions = {}): EndpointMetric {
    const given = { statistic: Stats.p(99), label: 'p99', ...options };
    return this.combined('TargetResponseTime', given, (blue, green) => `MAX([${blue}, ${green}])`);
  }

  healthyReplicas(options: MetricOptions = {}): EndpointMetric {
    return this.sum('HealthyHostCount', { statistic: Stats.MINIMUM, label: 'Healthy', ...options });
  }

  unhealthyReplicas(options: MetricOptions = {}): EndpointMetric {
    return this.sum('UnHealthyHostCount', { statistic: Stats.MAXIMUM, label: 'Unhealthy', ...options });
  }

  /**
   * With a load balancer of its own: errors of the replicas and of the load balancer. RequestCount leaves out what
   * found no replica at all (503), so those are added to the total.
   */
  private ownErrorPercent(minRequests: number, period: Duration): MathExpression {
    const count = (name: string) => this.loadBalancer(name, { statistic: Stats.SUM, period });
    const total = '(FILL(requests, 0) + FILL(unrouted, 0))';
    return percent(period, total, '(FILL(failed, 0) + FILL(refused, 0))', minRequests, {
      requests: this.requests({ period }),
      failed: this.failed(period),
      refused: count('HTTPCode_ELB_5XX_Count'),
      unrouted: count('HTTPCode_ELB_503_Count'),
    });
  }

  /** On a shared load balancer its own errors cannot be told apart: failed answers and failed connections count. */
  private sharedErrorPercent(minRequests: number, period: Duration): MathExpression {
    return percent(period, 'FILL(requests, 0)', '(FILL(failed, 0) + FILL(unreachable, 0))', minRequests, {
      requests: this.requests({ period }),
      failed: this.failed(period),
      unreachable: this.sum('TargetConnectionErrorCount', { statistic: Stats.SUM, period }),
    });
  }

  private failed(period: Duration): EndpointMetric {
    return this.sum('HTTPCode_Target_5XX_Count', { statistic: Stats.SUM, period });
  }

  private sum(metricName: string, options: MetricOptions): EndpointMetric {
    return this.combined(metricName, options, (blue, green) => `FILL(${blue}, 0) + FILL(${green}, 0)`);
  }

  private combined(
    metricName: string,
    options: MetricOptions,
    combine: (blue: string, green: string) => string,
  ): EndpointMetric {
    const { targetGroup, alternateTargetGroup } = this.source;
    const blue = this.target(metricName, targetGroup, options);
    if (alternateTargetGroup === undefined) return blue;
    const { label, color, period = Duration.minutes(1) } = options;
    const green = this.target(metricName, alternateTargetGroup, options);
    // Names within a graph or alarm must be unique, and begin in lower case.
    const name = `${metricName}_${blue.statistic.replaceAll(/\W/g, '_')}`;
    const [inBlue, inGreen] = [`blue_${name}`, `green_${name}`];
    return new MathExpression({
      expression: combine(inBlue, inGreen),
      usingMetrics: { [inBlue]: blue, [inGreen]: green },
      period,
      ...(label !== undefined && { label }),
      ...(color !== undefined && { color }),
    });
  }

  private target(metricName: string, targetGroup: string, options: MetricOptions): Metric {
    const { loadBalancer } = this.source;
    const dimensionsMap = { LoadBalancer: loadBalancer, TargetGroup: targetGroup };
    return metric('AWS/ApplicationELB', metricName, dimensionsMap, options);
  }

  private loadBalancer(metricName: string, options: MetricOptions): Metric {
    return metric('AWS/ApplicationELB', metricName, { LoadBalancer: this.source.loadBalancer }, options);
  }
}

/** CPU in use, percent of what the tasks have. */
export function cpuMetric(source: ServiceSource, options: MetricOptions = {}): Metric {
  return serviceMetric('CPUUtilization', source, { label: 'CPU (%)', ...options });
}

/** Memory in use, percent of what the tasks have. */
export function memoryMetric(source: ServiceSource, options: MetricOptions = {}): Metric {
  return serviceMetric('MemoryUtilization', source, { label: 'Memory (%)', ...options });
}

function serviceMetric(
  metricName: string,
  { cluster, service }: ServiceSource,
  options: MetricOptions,
): Metric {
  const dimensionsMap = { ClusterName: cluster, ServiceName: service };
  return metric('AWS/ECS', metricName, dimensionsMap, { statistic: Stats.AVERAGE, ...options });
}

/** A metric by the minute, unless the options say otherwise. */
export function metric(
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  options: MetricOptions,
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap, period: Duration.minutes(1), ...options });
}

/** `errors` of `total`, percent; 0 below `minRequests`. Both are expressions over `usingMetrics`. */
export function percent(
  period: Duration,
  total: string,
  errors: string,
  minRequests: number,
  usingMetrics: Record<string, IMetric>,
): MathExpression {
  return new MathExpression({
    expression: `IF(${total} >= ${minRequests}, 100 * ${errors} / ${total}, 0)`,
    label: 'Failed requests (%)',
    usingMetrics,
    period,
  });
}
