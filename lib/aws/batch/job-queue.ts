import { FargateComputeEnvironment, JobQueue } from 'aws-cdk-lib/aws-batch';
import { type ISecurityGroup, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Network } from '../network';
import type { BatchContext } from './create-batch';

export interface Queue {
  readonly queue: JobQueue;
  readonly securityGroups: readonly ISecurityGroup[];
}

/** The order in which capacity is taken: Spot while there is some, then on demand. */
export function createQueue(
  scope: Construct,
  { plan, options: { capacity = 'spotFirst' }, network }: Omit<BatchContext, 'places'>,
): Queue {
  const securityGroups = workerSecurityGroups(scope, network);
  const common = {
    vpc: network.vpc,
    vpcSubnets: network.options.subnets ?? network.privateSubnets,
    securityGroups,
    // All workers of a run at the same time, and no more.
    maxvCpus: Math.max(1, Math.ceil((plan.run.parallelism * plan.resources.cpuMillis) / 1000)),
  };
  const onDemand = () => new FargateComputeEnvironment(scope, 'OnDemand', common);
  const environments =
    capacity === 'onDemand'
      ? [onDemand()]
      : [new FargateComputeEnvironment(scope, 'Spot', { ...common, spot: true }), onDemand()];
  const queue = new JobQueue(scope, 'Queue', {
    computeEnvironments: environments.map((computeEnvironment, i) => ({ computeEnvironment, order: i + 1 })),
  });
  return { queue, securityGroups };
}

function workerSecurityGroups(scope: Construct, { vpc, options }: Network): ISecurityGroup[] {
  if (options.securityGroups !== undefined) return [...options.securityGroups];
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Workers of the scoring job',
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Model, files, image, logs: AWS APIs over HTTPS');
  return [group];
}
