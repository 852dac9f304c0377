/**
 * The app that is deployed: the breast-cancer model on ECS with Fargate, in a VPC of its own.
 *
 *     -c version=2      the other version of the model
 *     -c broken=true    a resource besides that cannot be created, after the service was updated
 */
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { Duration, ModelEndpoint, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';
import {
  BAKE_MINUTES,
  IMAGE,
  LOG_RETENTION_DAYS,
  MAX_P99_MS,
  modelDirectory,
  SCALING,
  STACK,
} from './deployed';

const app = new App();
const stack = new Stack(app, STACK);
const vpc = new Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
  restrictDefaultSecurityGroup: false,
});
FargateEndpoint.addVpcEndpoints(vpc);

const endpoint = new ModelEndpoint(stack, 'Endpoint', {
  model: ModelSource.fromDirectory(modelDirectory(app.node.getContext('version'))),
  target: new FargateEndpoint({ vpc, protection: { deletion: false } }),
  runtime: { image: RuntimeImage.fromRegistry(IMAGE) },
  scaling: SCALING,
  rollout: Rollout.rolling({ bake: Duration.minutes(BAKE_MINUTES) }),
  monitoring: { latency: { maxP99: Duration.millis(MAX_P99_MS) }, logRetentionDays: LOG_RETENTION_DAYS },
});

if (app.node.tryGetContext('broken') !== undefined) {
  // IAM refuses it: there is no such role.
  const broken = new CfnPolicy(stack, 'Broken', {
    policyName: 'Broken',
    policyDocument: { Version: '2012-10-17', Statement: [] },
    roles: ['inferstack-no-such-role'],
  });
  broken.node.addDependency(endpoint.native.service);
}
