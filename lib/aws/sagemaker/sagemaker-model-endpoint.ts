import type { MathExpression, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ErrorMetricOptions } from '../fargate-model-endpoint';
import { SageMakerMetrics } from './sagemaker-metrics';

/** An endpoint on SageMaker: of this stack, of another, or imported. */
export interface ISageMakerModelEndpoint {
  readonly endpointName: string;
  readonly endpointArn: string;
  /** Where signed requests are sent; SDKs know it by the name. */
  readonly url: string;
  /** Lets a role or user ask the endpoint: `sagemaker:InvokeEndpoint`. */
  grantInvoke(grantee: IGrantable): Grant;
  /** Requests per minute. */
  metricRequests(options?: MetricOptions): Metric;
  /** Failed requests in percent of all. */
  metricErrors(options?: ErrorMetricOptions): MathExpression;
  /** Microseconds to the answer of a container, p99. */
  metricLatency(options?: MetricOptions): Metric;
  /** Microseconds that SageMaker adds, p99. */
  metricOverheadLatency(options?: MetricOptions): Metric;
  /** CPU in use, percent of one core: an instance with 4 has up to 400. */
  metricCpuUtilization(options?: MetricOptions): Metric;
  /** Memory in use, percent. */
  metricMemoryUtilization(options?: MetricOptions): Metric;
}

/** What every endpoint on SageMaker can do, wherever it was created. */
export abstract class SageMakerModelEndpoint implements ISageMakerModelEndpoint {
  /** An endpoint of this account and region, made by `SageMakerEndpoint` in another stack or app. */
  static fromEndpointName(scope: Construct, id: string, endpointName: string): ISageMakerModelEndpoint {
    return new ImportedSageMakerModelEndpoint(new Construct(scope, id), endpointName);
  }

  readonly endpointArn: string;
  readonly url: string;
  private readonly traffic: SageMakerMetrics;

  protected constructor(
    scope: Construct,
    readonly endpointName: string,
  ) {
    const { region, urlSuffix } = Stack.of(scope);
    this.endpointArn = Stack.of(scope).formatArn({
      service: 'sagemaker',
      resource: 'endpoint',
      resourceName: endpointName,
    });
    this.url = `https://runtime.sagemaker.${region}.${urlSuffix}/endpoints/${endpointName}/invocations`;
    this.traffic = new SageMakerMetrics(endpointName);
  }

  grantInvoke(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['sagemaker:InvokeEndpoint'],
      resourceArns: [this.endpointArn],
    });
  }

  metricRequests(options?: MetricOptions): Metric {
    return this.traffic.requests(options);
  }

  metricErrors({ minRequests = 1, period = Duration.minutes(1) }: ErrorMetricOptions = {}): MathExpression {
    return this.traffic.errorPercent(minRequests, period);
  }

  metricLatency(options?: MetricOptions): Metric {
    return this.traffic.latency(options);
  }

  metricOverheadLatency(options?: MetricOptions): Metric {
    return this.traffic.overhead(options);
  }

  metricCpuUtilization(options?: MetricOptions): Metric {
    return this.traffic.cpu(options);
  }

  metricMemoryUtilization(options?: MetricOptions): Metric {
    return this.traffic.memory(options);
  }
}

class ImportedSageMakerModelEndpoint extends SageMakerModelEndpoint {
  constructor(scope: Construct, endpointName: string) {
    super(scope, endpointName);
  }
}
