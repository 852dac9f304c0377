import path from 'node:path';
import { FlowLogDestination, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { App, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Duration, Gate, ModelEndpoint, ModelSource, Rollout } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';

const app = new App();
const stack = new Stack(app, 'Canary');

const vpc = new Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
  restrictDefaultSecurityGroup: false,
});
vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs() });
FargateEndpoint.addVpcEndpoints(vpc);

const accessLogs = new Bucket(stack, 'AccessLogs', {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
});
Validations.of(accessLogs).acknowledge({
  id: 'AwsSolutions-S1',
  reason: 'The bucket itself holds access logs.',
});

const endpoint = new ModelEndpoint(stack, 'Endpoint', {
  // The version to be served from now on; what is deployed answers until this one has proved itself.
  model: ModelSource.fromDirectory(path.join(__dirname, '..', 'models', 'breast-cancer', '2')),
  target: new FargateEndpoint({ vpc, protection: { accessLogs: { bucket: accessLogs } } }),
  scaling: { minReplicas: 2, maxReplicas: 6, requestsPerReplica: 100 },
  rollout: Rollout.canary({
    percent: 10,
    bake: Duration.minutes(30),
    finalBake: Duration.minutes(10),
    timeout: Duration.minutes(10),
    gates: [
      Gate.errors({ maxPercent: 0.5, minSamples: 200 }),
      Gate.latency({ max: Duration.millis(150), quantile: 0.95 }),
    ],
  }),
  monitoring: { errors: { maxPercent: 2 }, latency: { maxP99: Duration.millis(250) } },
});

// Whoever carries this security group may ask the model.
const clients = new SecurityGroup(stack, 'Clients', { vpc, description: 'May ask the model' });
endpoint.native.grantInvoke(clients);
