import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../../core';
import { checkScope } from '../check-scope';
import { resolveNetwork } from '../network';
import { checkSageMaker } from './check-sagemaker';
import { createEndpoint } from './create-endpoint';
import { instanceFor } from './instance-types';
import type { SageMakerEndpointOptions } from './sagemaker-endpoint-options';
import type { SageMakerNative } from './sagemaker-native';
import { addVpcEndpoints } from './vpc-endpoints';

/** Serves models on Amazon SageMaker, as an endpoint with instances of its own. */
export class SageMakerEndpoint implements EndpointTarget<SageMakerNative> {
  /**
   * Adds the endpoints of a VPC without a way out: S3 for the model, SageMaker for clients inside the VPC. Call it once
   * per VPC, before the first endpoint.
   */
  static addVpcEndpoints(vpc: IVpc): void {
    addVpcEndpoints(vpc);
  }

  readonly platform = 'aws';

  constructor(private readonly options: SageMakerEndpointOptions) {}

  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<SageMakerNative> {
    checkScope('SageMakerEndpoint', scope, plan);
    const { options } = this;
    const network = resolveNetwork(options);
    const name = options.endpointName ?? plan.name;
    checkSageMaker(plan, options, network, name);
    const instanceType = instanceFor(plan, options.instanceType)!;
    return createEndpoint(scope, { plan, options, network, name, instanceType });
  }
}
