import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { isIsolated, type Network } from './network';

/**
 * Adds the endpoints that tasks in isolated subnets need: S3 for the model and image layers, ECR for the image,
 * CloudWatch Logs. Call it once per VPC, before the first endpoint.
 */
export function addVpcEndpoints(vpc: IVpc): void {
  vpc.addGatewayEndpoint('InferstackS3', { service: GatewayVpcEndpointAwsService.S3 });
  vpc.addInterfaceEndpoint('InferstackEcrApi', { service: InterfaceVpcEndpointAwsService.ECR });
  vpc.addInterfaceEndpoint('InferstackEcrDocker', { service: InterfaceVpcEndpointAwsService.ECR_DOCKER });
  vpc.addInterfaceEndpoint('InferstackLogs', { service: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS });
}

/** Warns when tasks cannot reach what they start from. Endpoints made elsewhere cannot be seen: acknowledge then. */
export function warnIfUnreachable(scope: Construct, network: Network): void {
  const hasEndpoints = network.vpc.node.findAll().some((child) => child instanceof InterfaceVpcEndpoint);
  if (hasEndpoints || !isIsolated(network)) return;
  Annotations.of(scope).addWarningV2(
    'inferstack/aws:isolatedWithoutEndpoints',
    'The tasks lie in isolated subnets and the VPC has no interface endpoints: they could reach neither image, model ' +
      'nor logs. Call FargateEndpoint.addVpcEndpoints(vpc) before, or acknowledge this when the endpoints exist.',
  );
}
