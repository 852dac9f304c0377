import { FlowLogDestination, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Stack } from 'aws-cdk-lib/core';
import { BatchScoringJob } from 'inferstack';
import { FargateBatch } from 'inferstack/aws';
import { job, run } from './job';

const app = new App();
const stack = new Stack(app, 'NightlyScoring');

const vpc = new Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
  restrictDefaultSecurityGroup: false,
});
vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs() });
FargateBatch.addVpcEndpoints(vpc);

const onCall = new Topic(stack, 'OnCall', { enforceSSL: true });

new BatchScoringJob(stack, 'Scores', {
  ...job,
  run,
  target: new FargateBatch({ vpc, alarms: { topic: onCall } }),
});
