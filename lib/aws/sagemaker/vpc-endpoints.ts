import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { isIsolated, type Network } from '../network';
import type { ModelImage } from './model-image';

/**
 * Adds the endpoints of a VPC without a way out: S3, through which the model comes, and the one by which clients inside
 * ask SageMaker. Image and logs do not pass the VPC.
 */
export function addVpcEndpoints(vpc: IVpc): void {
  if (vpc.node.tryFindChild('InferstackS3') === undefined) {
    vpc.addGatewayEndpoint('InferstackS3', { service: GatewayVpcEndpointAwsService.S3 });
  }
  vpc.addInterfaceEndpoint('InferstackSageMaker', {
    service: InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME,
  });
}

/** Warns when the model or the image cannot come. Endpoints made elsewhere cannot be seen: acknowledge then. */
export function warnIfUnreachable(scope: Construct, network: Network, { repository }: ModelImage): void {
  if (!isIsolated(network)) return;
  const hasGateway = network.vpc.node.findAll().some((child) => child instanceof GatewayVpcEndpoint);
  if (!hasGateway) {
    Annotations.of(scope).addWarningV2(
      'inferstack/aws:isolatedWithoutS3',
      'The instances lie in isolated subnets and the VPC has no gateway endpoint: the model could not come. Call ' +
        'SageMakerEndpoint.addVpcEndpoints(vpc) before, or acknowledge this when there is one for S3.',
    );
  }
  if (repository !== undefined) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:isolatedFromRegistry',
    'The instances lie in isolated subnets, and SageMaker pulls from registries other than ECR through them. Push the ' +
      'image to ECR, or acknowledge this when the registry lies in reach.',
  );
}
