import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { BatchPlan, BatchTarget, BoundBatch } from '../../core';
import { checkScope } from '../check-scope';
import { resolveNetwork } from '../network';
import { addVpcEndpoints } from '../vpc-endpoints';
import { checkFargateBatch } from './check-fargate-batch';
import { createBatch } from './create-batch';
import type { FargateBatchNative } from './fargate-batch-native';
import type { FargateBatchOptions } from './fargate-batch-options';

/** Scores files with AWS Batch on Fargate, started by EventBridge Scheduler through Step Functions. */
export class FargateBatch implements BatchTarget<FargateBatchNative> {
  /** Adds the VPC endpoints that workers in isolated subnets need: S3, ECR, CloudWatch Logs. Call it once per VPC. */
  static addVpcEndpoints(vpc: IVpc): void {
    addVpcEndpoints(vpc);
  }

  readonly platform = 'aws';

  constructor(private readonly options: FargateBatchOptions) {}

  bind(scope: Construct, plan: BatchPlan): BoundBatch<FargateBatchNative> {
    checkScope('FargateBatch', scope, plan, 'BatchScoringJob');
    const network = resolveNetwork(this.options);
    const places = checkFargateBatch(plan, this.options, network);
    return createBatch(scope, { plan, options: this.options, network, places });
  }
}
