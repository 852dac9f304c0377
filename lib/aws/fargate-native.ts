import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
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
import type { TrafficSource } from './endpoint-metrics';
import { FargateModelEndpoint } from './fargate-model-endpoint';
import type { GrpcEdge } from './grpc';

/** The alarms of an endpoint; undefined when switched off. */
export interface FargateAlarms {
  readonly errors: Alarm | undefined;
  readonly latency: Alarm | undefined;
  readonly unhealthy: Alarm;
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
  /** Target group and rule for gRPC; undefined without `runtime.grpc`. */
  readonly grpc: GrpcEdge | undefined;
  readonly logGroup: LogGroup;
  readonly alarms: FargateAlarms;
  /** undefined when switched off. */
  readonly dashboard: Dashboard | undefined;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  readonly modelAsset: Asset;
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
  readonly grpc: GrpcEdge | undefined;
  readonly logGroup: LogGroup;
  readonly alarms: FargateAlarms;
  readonly dashboard: Dashboard | undefined;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  readonly modelAsset: Asset;
  readonly scaling: ScalableTaskCount;

  constructor(resources: FargateResources, traffic: TrafficSource) {
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
    this.grpc = resources.grpc;
    this.logGroup = resources.logGroup;
    this.alarms = resources.alarms;
    this.dashboard = resources.dashboard;
    this.taskRole = resources.taskRole;
    this.executionRole = resources.executionRole;
    this.modelAsset = resources.modelAsset;
    this.scaling = resources.scaling;
  }

  get connections(): Connections {
    return this.listener.connections;
  }
}
