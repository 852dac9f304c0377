import { type Problem, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, secretsElsewhere } from '../core';
import { checkAccessLogs } from './access-logs';
import { checkCapacity } from './capacity';
import { checkKnown } from './check-known';
import { shiftsRequests } from './delivery/shift';
import type { Exposure } from './exposure';
import type { FargateEndpointOptions } from './fargate-endpoint-options';
import { checkFargateSize } from './fargate-sizes';
import { checkLogRetention } from './log-retention';
import { checkNetwork, type Network } from './network';
import { checkRolloutTimes } from './rollout-times';
import { checkImage } from './runtime-container-image';
import { checkTaskLimits } from './task-limits';
import { throwPlanProblems } from './throw-plan-problems';

/** Everything that AWS cannot do with this plan and these options, thrown at once. */
export function checkFargate(
  plan: EndpointPlan,
  options: FargateEndpointOptions,
  exposure: Exposure,
  network: Network,
): void {
  const problems: Problem[] = [
    ...checkKnown(plan, [['rollout.timeout', shiftsRequests(plan) ? plan.rollout.timeoutSeconds : null]]),
    ...checkFargateSize(plan),
    ...checkTaskLimits(plan),
    ...checkRolloutTimes(plan),
    ...checkLogRetention(plan),
    ...checkImage(plan),
    ...checkSecrets(plan),
    ...checkNetwork(plan.path, network),
    ...exposure.check(`${plan.path}: target.exposure`, {
      network,
      grpc: plan.runtime.grpc,
      shifts: shiftsRequests(plan),
    }),
    ...checkCapacity(plan, options.capacity),
    ...checkAccessLogs(plan, options, exposure.createsLoadBalancer),
    ...checkWebAcl(plan, options, exposure),
  ];
  throwPlanProblems(problems, plan);
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
