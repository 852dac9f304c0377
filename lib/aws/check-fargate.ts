import { type Problem, show, throwProblems } from '@inferstack/runtime/contract';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type EndpointPlan, secretsElsewhere, UnsupportedError } from '../core';
import { checkAccessLogs } from './access-logs';
import { checkCapacity } from './capacity';
import { checkKnown } from './check-known';
import type { Exposure } from './exposure';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { checkFargateSize } from './fargate-sizes';
import { checkLogRetention } from './log-retention';
import { checkNetwork, type Network } from './network';
import { checkRolloutTimes } from './rollout-times';
import { checkImage } from './runtime-container-image';
import { checkTaskLimits } from './task-limits';

/** Refuses a scope that this tool does not deploy. */
export function checkScope(scope: Construct, { path }: EndpointPlan): void {
  if (scope.node.scopes.some((parent) => Stack.isStack(parent))) return;
  throwProblems([
    {
      code: 'TARGET_SCOPE',
      at: path,
      what: 'FargateEndpoint creates AWS resources, and no Stack of aws-cdk-lib lies above it',
      got: scope.node.scopes.map((parent) => parent.constructor.name).join(' > '),
      allowed: 'a ModelEndpoint inside a Stack of aws-cdk-lib',
      remedy: 'Create the ModelEndpoint in such a Stack, or give it the target of the tool you use.',
    },
  ]);
}

/** Everything that AWS cannot do with this plan and these options, thrown at once. */
export function checkFargate(
  plan: EndpointPlan,
  options: FargateEndpointOptions,
  exposure: Exposure,
  network: Network,
): void {
  const problems: Problem[] = [
    ...checkKnown(plan),
    ...checkFargateSize(plan),
    ...checkTaskLimits(plan),
    ...checkRolloutTimes(plan),
    ...checkLogRetention(plan),
    ...checkImage(plan),
    ...checkSecrets(plan),
    ...checkNetwork(plan.path, network),
    ...exposure.check(`${plan.path}: target.exposure`, { network, grpc: plan.runtime.grpc }),
    ...checkCapacity(plan, options.capacity),
    ...checkAccessLogs(plan, options, exposure.createsLoadBalancer),
    ...checkWebAcl(plan, options, exposure),
  ];
  const [first, ...others] = problems;
  if (first?.code === 'TARGET_UNSUPPORTED' && others.length === 0) throw new UnsupportedError(first);
  throwProblems(problems, plan.path);
}

function checkSecrets(plan: EndpointPlan): Problem[] {
  return secretsElsewhere(plan, 'aws').map(({ prop, finding }) => ({
    code: 'TARGET_UNSUPPORTED',
    at: `${plan.path}: ${prop}`,
    ...finding,
    got: show(finding.got),
  }));
}

function checkWebAcl(
  { path }: EndpointPlan,
  { protection }: FargateEndpointOptions,
  exposure: Exposure,
): Problem[] {
  const webAcl = protection?.webAcl;
  if (webAcl === undefined) return [];
  const at = `${path}: target.protection.webAcl`;
  if (exposure.createsLoadBalancer) return webAcl.check(at);
  return [
    {
      code: 'AWS_WEB_ACL',
      at,
      what: 'a load balancer has one web ACL, and this load balancer is yours',
      got: 'webAcl with a load balancer of yours',
      allowed: 'webAcl with Exposure.private or Exposure.internet',
      remedy: 'Associate the ACL where the load balancer is created.',
    },
  ];
}
