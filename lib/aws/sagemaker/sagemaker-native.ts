import type { ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { CfnEndpoint, CfnEndpointConfig, CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import type { DeploymentAlarms } from '../alarms';
import type { ModelMetricOptions, ModelMetrics } from '../model-metrics';
import type { InstanceType } from './instance-types';
import { SageMakerModelEndpoint } from './sagemaker-model-endpoint';

/** The alarms of an endpoint, which roll deployments back as well; undefined when switched off. */
export interface SageMakerAlarms extends DeploymentAlarms {
  /** One for each gate of the rollout. */
  readonly gates: readonly Alarm[];
}

/** The AWS resources of an endpoint. */
export interface SageMakerResources {
  readonly endpoint: CfnEndpoint;
  readonly endpointConfig: CfnEndpointConfig;
  readonly model: CfnModel;
  /** What every replica runs on. */
  readonly instanceType: InstanceType;
  readonly role: IRole;
  readonly securityGroups: readonly ISecurityGroup[];
  readonly modelAsset: Asset;
  readonly logGroup: LogGroup;
  readonly alarms: SageMakerAlarms;
  /** undefined when switched off. */
  readonly dashboard: Dashboard | undefined;
  /** undefined when minReplicas is maxReplicas. */
  readonly scaling: ScalableTarget | undefined;
}

/** `ModelEndpoint.native` on SageMaker: every resource, typed, and what one usually does with them. */
export class SageMakerNative extends SageMakerModelEndpoint implements SageMakerResources {
  readonly endpoint: CfnEndpoint;
  readonly endpointConfig: CfnEndpointConfig;
  readonly model: CfnModel;
  readonly instanceType: InstanceType;
  readonly role: IRole;
  readonly securityGroups: readonly ISecurityGroup[];
  readonly modelAsset: Asset;
  readonly logGroup: LogGroup;
  readonly alarms: SageMakerAlarms;
  readonly dashboard: Dashboard | undefined;
  readonly scaling: ScalableTarget | undefined;

  constructor(
    resources: SageMakerResources,
    endpointName: string,
    private readonly metrics: ModelMetrics,
  ) {
    super(resources.endpoint, endpointName);
    this.endpoint = resources.endpoint;
    this.endpointConfig = resources.endpointConfig;
    this.model = resources.model;
    this.instanceType = resources.instanceType;
    this.role = resources.role;
    this.securityGroups = resources.securityGroups;
    this.modelAsset = resources.modelAsset;
    this.logGroup = resources.logGroup;
    this.alarms = resources.alarms;
    this.dashboard = resources.dashboard;
    this.scaling = resources.scaling;
  }

  /** Milliseconds one run of the model takes, p99. */
  metricModelLatency(options?: ModelMetricOptions): Metric {
    return this.metrics.modelLatency(options);
  }

  /** Milliseconds the oldest request of a run had waited for it, p99. */
  metricQueueTime(options?: ModelMetricOptions): Metric {
    return this.metrics.queueTime(options);
  }

  /** Rows that shared a run, average. */
  metricBatchSize(options?: ModelMetricOptions): Metric {
    return this.metrics.batchSize(options);
  }

  /** Values and tensors refused by the rules of model.yaml, per minute. */
  metricValidationFailures(options?: ModelMetricOptions): Metric {
    return this.metrics.validationFailures(options);
  }

  /** Rows run through the model, per minute. */
  metricRows(options?: ModelMetricOptions): Metric {
    return this.metrics.rows(options);
  }

  /** Predictions in progress in one replica, maximum. */
  metricInFlight(options?: MetricOptions): Metric {
    return this.metrics.inFlight(options);
  }
}
