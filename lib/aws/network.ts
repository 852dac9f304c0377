import { type Problem, show } from '@inferstack/runtime/contract';
import {
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EndpointPlan } from '../core';
import type { FargateNetworkOptions } from './fargate-endpoint-options';
import { featureStorePorts } from './feature-store-ports';

/** Where an endpoint lies. */
export interface Network {
  readonly vpc: IVpc;
  readonly options: FargateNetworkOptions;
  /** Subnets without public addresses. */
  readonly privateSubnets: SubnetSelection;
}

/** What every endpoint in a VPC is placed by. */
interface Placement {
  readonly vpc: IVpc;
  readonly network?: FargateNetworkOptions;
}

export function resolveNetwork({ vpc, network = {} }: Placement): Network {
  const subnetType =
    vpc.privateSubnets.length > 0 ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED;
  return { vpc, options: network, privateSubnets: { subnetType } };
}

/** Refuses a VPC without private subnets in two zones, unless the subnets are named. */
export function checkNetwork(
  path: string,
  { vpc, options }: Network,
  who = 'tasks and an internal load balancer need',
): Problem[] {
  if (options.subnets !== undefined) return [];
  const count = vpc.privateSubnets.length > 0 ? vpc.privateSubnets.length : vpc.isolatedSubnets.length;
  if (count >= 2) return [];
  return [
    {
      code: 'AWS_SUBNETS',
      at: `${path}: target.vpc`,
      what: `${who} private subnets in two availability zones`,
      got: show({ private: vpc.privateSubnets.length, isolated: vpc.isolatedSubnets.length }),
      allowed: '2 private or 2 isolated subnets, or more',
      remedy: 'Add private subnets to the VPC, or name others with network.subnets.',
    },
  ];
}

/** Whether the tasks have no way out of the VPC but its endpoints. */
export function isIsolated({ vpc, options, privateSubnets }: Network): boolean {
  const isolated = new Set(vpc.isolatedSubnets.map((subnet) => subnet.subnetId));
  const chosen = vpc.selectSubnets(options.subnets ?? privateSubnets);
  return !chosen.isPendingLookup && chosen.subnetIds.every((id) => isolated.has(id));
}

export function taskSecurityGroups(
  scope: Construct,
  { vpc, options }: Network,
  plan: EndpointPlan,
): ISecurityGroup[] {
  if (options.securityGroups !== undefined) return [...options.securityGroups];
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Replicas of the model endpoint',
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'Model, image, logs: AWS APIs over HTTPS');
  for (const port of featureStorePorts(plan))
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'Feature stores');
  return [group];
}
