import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections } from 'aws-cdk-lib/aws-ec2';
import type {
  ContainerDefinition,
  FargateService,
  FargateTaskDefinition,
  ICluster,
  ScalableTaskCount,
} from 'aws-cdk-lib/aws-ecs';
import type {
  ApplicationListenerRule,
  ApplicationTargetGroup,
  IApplicationListener,
  IApplicationLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Delivery } from './delivery/create-delivery';
import type { TrafficSource } from './endpoint-metrics';
import { FargateModelEndpoint } from './fargate-model-endpoint';
import type { GrpcEdge } from './grpc';
import type { ModelMetricOptions, ModelMetrics } from './model-metrics';

/**
 * The alarms of an endpoint; undefined when switched off. Where ECS moves requests between two target groups, `errors`
 * is that of both together and `latency` that of blue.
 */
export interface FargateAlarms {
  readonly errors: Alarm | undefined;
  readonly latency: Alarm | undefined;
  readonly unhealthy: Alarm;
  /** All that bring the old version back: these two, and where ECS moves requests those of each colour and of the gates. */
  readonly rollback: readonly Alarm[];
}

/** The AWS resources of an endpoint. */
export interface FargateResources {
  readonly url: string;
  readonly cluster: ICluster;
  readonly service: FargateService;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  /** undefined with `Exposure.listener`. */
  readonly loadBalancer: IApplicationLoadBalancer | undefined;
  readonly listener: IApplicationListener;
  readonly listenerRule: ApplicationListenerRule;
  readonly targetGroup: ApplicationTargetGroup;
  /** What ECS moves requests with; undefined with `Rollout.rolling()` and with a `candidate`. */
  readonly delivery: Delivery | undefined;
  /** Target group and rule for gRPC; undefined without `runtime.grpc`. */
  readonly grpc: GrpcEdge | undefined;
  readonly logGroup: LogGroup;
  readonly alarms: FargateAlarms;
  /** undefined when switched off. */
  readonly dashboard: Dashboard | undefined;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  /** One for each model, the main one first. */
  readonly modelAssets: readonly Asset[];
  readonly scaling: ScalableTaskCount;
}

/** `ModelEndpoint.native` on AWS: every resource, typed, and what one usually does with them. */
export class FargateNative extends FargateModelEndpoint implements FargateResources {
  readonly url: string;
  readonly cluster: ICluster;
  readonly service: FargateService;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  readonly loadBalancer: IApplicationLoadBalancer | undefined;
  readonly listener: IApplicationListener;
  readonly listenerRule: ApplicationListenerRule;
  readonly targetGroup: ApplicationTargetGroup;
  readonly delivery: Delivery | undefined;
  readonly grpc: GrpcEdge | undefined;
  readonly logGroup: LogGroup;
  readonly alarms: FargateAlarms;
  readonly dashboard: Dashboard | undefined;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  readonly modelAssets: readonly Asset[];
  readonly scaling: ScalableTaskCount;

  constructor(
    resources: FargateResources,
    traffic: TrafficSource,
    private readonly model: ModelMetrics,
  ) {
    const { cluster, service } = resources;
    super(traffic, { cluster: cluster.clusterName, service: service.serviceName });
    this.url = resources.url;
    this.cluster = cluster;
    this.service = service;
    this.taskDefinition = resources.taskDefinition;
    this.container = resources.container;
    this.loadBalancer = resources.loadBalancer;
    this.listener = resources.listener;
    this.listenerRule = resources.listenerRule;
    this.targetGroup = resources.targetGroup;
    this.delivery = resources.delivery;
    this.grpc = resources.grpc;
    this.logGroup = resources.logGroup;
    this.alarms = resources.alarms;
    this.dashboard = resources.dashboard;
    this.taskRole = resources.taskRole;
    this.executionRole = resources.executionRole;
    this.modelAssets = resources.modelAssets;
    this.scaling = resources.scaling;
  }

  get connections(): Connections {
    return this.listener.connections;
  }

  /** Milliseconds one run of the model takes, p99. */
  metricModelLatency(options?: ModelMetricOptions): Metric {
    return this.model.modelLatency(options);
  }

  /** Milliseconds the oldest request of a run had waited for it, p99. */
  metricQueueTime(options?: ModelMetricOptions): Metric {
    return this.model.queueTime(options);
  }

  /** Rows that shared a run, average. */
  metricBatchSize(options?: ModelMetricOptions): Metric {
    return this.model.batchSize(options);
  }

  /** Values and tensors refused by the rules of model.yaml, per minute. */
  metricValidationFailures(options?: ModelMetricOptions): Metric {
    return this.model.validationFailures(options);
  }

  /** Rows run through the model, per minute. */
  metricRows(options?: ModelMetricOptions): Metric {
    return this.model.rows(options);
  }

  /** Predictions as the runtime counts them, per minute: those refused or failed included. */
  metricPredictions(options?: ModelMetricOptions): Metric {
    return this.model.requests(options);
  }

  /** Predictions that failed by fault of the server, per minute. */
  metricFailedPredictions(options?: ModelMetricOptions): Metric {
    return this.model.errors(options);
  }

  /** Milliseconds from the request head to the answer as the runtime sees it, p99. */
  metricPredictionLatency(options?: ModelMetricOptions): Metric {
    return this.model.latency(options);
  }

  /** Predictions in progress in one replica, maximum. */
  metricInFlight(options?: MetricOptions): Metric {
    return this.model.inFlight(options);
  }
}
