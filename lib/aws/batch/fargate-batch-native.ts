import type { EcsJobDefinition, JobQueue } from 'aws-cdk-lib/aws-batch';
import type { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Grant, IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/** The alarms of a job; undefined when switched off. */
export interface FargateBatchAlarms {
  readonly failed: Alarm | undefined;
  readonly missing: Alarm | undefined;
}

/** The AWS resources of a job. */
export type FargateBatchResources = Omit<FargateBatchNative, 'grantStart' | `metric${string}`>;

/** `BatchScoringJob.native` on AWS: every resource, typed, and what one usually does with them. */
export class FargateBatchNative {
  readonly stateMachine: StateMachine;
  /** undefined without a schedule. */
  readonly schedule: Schedule | undefined;
  readonly queue: JobQueue;
  readonly jobDefinition: EcsJobDefinition;
  readonly logGroup: LogGroup;
  readonly securityGroups: readonly ISecurityGroup[];
  readonly alarms: FargateBatchAlarms;
  readonly jobRole: IRole;
  readonly executionRole: IRole;
  readonly modelAsset: Asset;

  constructor(resources: FargateBatchResources) {
    this.stateMachine = resources.stateMachine;
    this.schedule = resources.schedule;
    this.queue = resources.queue;
    this.jobDefinition = resources.jobDefinition;
    this.logGroup = resources.logGroup;
    this.securityGroups = resources.securityGroups;
    this.alarms = resources.alarms;
    this.jobRole = resources.jobRole;
    this.executionRole = resources.executionRole;
    this.modelAsset = resources.modelAsset;
  }

  /** Lets somebody start a run. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /** Runs that succeeded. */
  metricSucceeded(options?: MetricOptions): Metric {
    return this.stateMachine.metricSucceeded(options);
  }

  /** Runs that failed by themselves; those that were stopped or took too long have metrics of their own. */
  metricFailed(options?: MetricOptions): Metric {
    return this.stateMachine.metricFailed(options);
  }

  /** Milliseconds a run took. */
  metricTime(options?: MetricOptions): Metric {
    return this.stateMachine.metricTime(options);
  }
}
