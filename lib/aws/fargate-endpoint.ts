import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../core';
import { checkFargate } from './check-fargate';
import { checkScope } from './check-scope';
import { createEndpoint } from './create-endpoint';
import { Exposure } from './exposure';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import type { FargateNative } from './fargate-native';
import { resolveNetwork } from './network';
import { addVpcEndpoints } from './vpc-endpoints';

/** Serves models on Amazon ECS with Fargate, behind an application load balancer. */
export class FargateEndpoint implements EndpointTarget<FargateNative> {
  /**
   * Adds the VPC endpoints that tasks in isolated subnets need: S3, ECR, CloudWatch Logs. Call it once per VPC,
   * before the first endpoint.
   */
  static addVpcEndpoints(vpc: IVpc): void {
    addVpcEndpoints(vpc);
  }

  readonly platform = 'aws';

  constructor(private readonly options: FargateEndpointOptions) {}

  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<FargateNative> {
    checkScope('FargateEndpoint', scope, plan);
    const exposure = this.options.exposure ?? Exposure.private();
    const network = resolveNetwork(this.options);
    checkFargate(plan, this.options, exposure, network);
    return createEndpoint(scope, { plan, options: this.options, exposure, network });
  }
}
