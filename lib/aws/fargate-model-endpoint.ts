import type { MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Connections, type IConnectable, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  cpuMetric,
  type EndpointMetric,
  memoryMetric,
  type ServiceSource,
  TrafficMetrics,
  type TrafficSource,
} from './endpoint-metrics';

/** An endpoint on Fargate: of this stack, of another, or imported. */
export interface IFargateModelEndpoint extends IConnectable {
  /** Address of the endpoint, e.g. `https://credit.example.com`. */
  readonly url: string;
  /** Lets a peer connect to the endpoint. */
  grantInvoke(peer: IConnectable): void;
  /** Requests per minute. */
  metricRequests(options?: MetricOptions): EndpointMetric;
  /** Failed requests in percent of all. */
  metricErrors(options?: ErrorMetricOptions): MathExpression;
  /** Seconds to the answer of a replica, p99. */
  metricLatency(options?: MetricOptions): EndpointMetric;
  /** Replicas that are ready. */
  metricHealthyReplicas(options?: MetricOptions): EndpointMetric;
  /** CPU in use, percent. */
  metricCpuUtilization(options?: MetricOptions): Metric;
  /** Memory in use, percent. */
  metricMemoryUtilization(options?: MetricOptions): Metric;
}

export interface ErrorMetricOptions {
  /** Requests needed in the period; 0 % below. @default 1 */
  readonly minRequests?: number;
  /** Time the share is taken over. @default Duration.minutes(1) */
  readonly period?: Duration;
}

/** What an endpoint of another stack or app is found by. */
export interface FargateModelEndpointAttributes {
  /** Address of the endpoint. */
  readonly url: string;
  /** Security group of the load balancer. */
  readonly securityGroupId: string;
  /** Port of the listener. @default 443 */
  readonly port?: number;
  /** `app/<name>/<id>`, the value of the LoadBalancer dimension. */
  readonly loadBalancerFullName: string;
  /** `targetgroup/<name>/<id>`, the value of the TargetGroup dimension. */
  readonly targetGroupFullName: string;
  /** The same of the second target group, when requests are moved between two. @default - there is one */
  readonly alternateTargetGroupFullName?: string;
  readonly clusterName: string;
  readonly serviceName: string;
  /** Whether the load balancer serves other endpoints as well. @default false */
  readonly sharedLoadBalancer?: boolean;
}

/** What every endpoint on Fargate can do, wherever it was created. */
export abstract class FargateModelEndpoint implements IFargateModelEndpoint {
  /** An endpoint that exists: of another stack, app or account. */
  static fromAttributes(
    scope: Construct,
    id: string,
    attributes: FargateModelEndpointAttributes,
  ): IFargateModelEndpoint {
    return new ImportedFargateModelEndpoint(new Construct(scope, id), attributes);
  }

  abstract readonly url: string;
  /** Who may connect to the endpoint. */
  abstract readonly connections: Connections;
  private readonly traffic: TrafficMetrics;

  protected constructor(
    traffic: TrafficSource,
    private readonly source: ServiceSource,
  ) {
    this.traffic = new TrafficMetrics(traffic);
  }

  grantInvoke(peer: IConnectable): void {
    this.connections.allowDefaultPortFrom(peer, 'Invokes the model endpoint');
  }

  metricRequests(options?: MetricOptions): EndpointMetric {
    return this.traffic.requests(options);
  }

  metricErrors({ minRequests = 1, period = Duration.minutes(1) }: ErrorMetricOptions = {}): MathExpression {
    return this.traffic.errorPercent(minRequests, period);
  }

  metricLatency(options?: MetricOptions): EndpointMetric {
    return this.traffic.latency(options);
  }

  metricHealthyReplicas(options?: MetricOptions): EndpointMetric {
    return this.traffic.healthyReplicas(options);
  }

  metricCpuUtilization(options?: MetricOptions): Metric {
    return cpuMetric(this.source, options);
  }

  metricMemoryUtilization(options?: MetricOptions): Metric {
    return memoryMetric(this.source, options);
  }
}

class ImportedFargateModelEndpoint extends FargateModelEndpoint {
  readonly url: string;
  readonly connections: Connections;

  constructor(scope: Construct, attributes: FargateModelEndpointAttributes) {
    super(
      {
        loadBalancer: attributes.loadBalancerFullName,
        targetGroup: attributes.targetGroupFullName,
        alternateTargetGroup: attributes.alternateTargetGroupFullName,
        ownsLoadBalancer: !(attributes.sharedLoadBalancer ?? false),
      },
      { cluster: attributes.clusterName, service: attributes.serviceName },
    );
    this.url = attributes.url;
    this.connections = new Connections({
      securityGroups: [SecurityGroup.fromSecurityGroupId(scope, 'SecurityGroup', attributes.securityGroupId)],
      defaultPort: Port.tcp(attributes.port ?? 443),
    });
  }
}
