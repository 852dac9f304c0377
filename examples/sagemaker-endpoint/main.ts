import path from 'node:path';
import { FlowLogDestination, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { Duration, ModelEndpoint, ModelSource, Rollout } from 'inferstack';
import { SageMakerEndpoint } from 'inferstack/aws';

const app = new App();
const stack = new Stack(app, 'BreastCancerSageMaker');

const vpc = new Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
  restrictDefaultSecurityGroup: false,
});
vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs() });
SageMakerEndpoint.addVpcEndpoints(vpc);

const endpoint = new ModelEndpoint(stack, 'Endpoint', {
  model: ModelSource.fromDirectory(path.join(__dirname, '..', 'models', 'breast-cancer', '1')),
  target: new SageMakerEndpoint({ vpc, endpointName: 'breast-cancer' }),
  resources: { cpuMillis: 2000, memoryMiB: 4096 },
  scaling: { minReplicas: 2, maxReplicas: 6, requestsPerReplica: 100 },
  rollout: Rollout.rolling({ bake: Duration.minutes(10) }),
  monitoring: { latency: { maxP99: Duration.millis(250) } },
  runtime: { requestTimeout: Duration.seconds(20), drainTimeout: Duration.seconds(25) },
});

// Whoever has this role may ask the model.
const client = new Role(stack, 'Client', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
endpoint.native.grantInvoke(client);
