import { type Problem, show } from '@inferstack/runtime/contract';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { isUnresolved } from '../core';
import type { LoadBalancerExposureOptions } from './exposure-options';
import { listenerPort } from './listener';

/** Of the listener on which a new version is asked before callers do. */
export const TEST_PORT = 9080;

const REMEDY =
  'Use Exposure.private() or Exposure.loadBalancer() with an internal load balancer, or give the new version as `candidate`: then the runtime moves the requests.';

/**
 * Refuses rollouts by ECS where the new version could not be asked apart from callers: a target group belongs to one
 * load balancer, so the test listener must be on the same one. Source:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
 */
export function checkTestEntrance(at: string, shifts: boolean, exposure: string): Problem[] {
  if (!shifts) return [];
  return [
    {
      code: 'TARGET_UNSUPPORTED',
      at,
      what: 'ECS moves requests after the golden samples have passed through a listener of the same load balancer that only the check reaches, from inside the VPC',
      got: `${exposure} with a rollout that moves requests`,
      allowed: 'an internal load balancer, or Rollout.rolling()',
      remedy: REMEDY,
    },
  ];
}

/** Refuses a load balancer of the user that cannot have the second listener. */
export function checkTestPort(at: string, shifts: boolean, options: LoadBalancerExposureOptions): Problem[] {
  if (!shifts) return [];
  const { loadBalancer, testPort = TEST_PORT } = options;
  const port = listenerPort(options);
  const problems = checkTestEntrance(at, facesInternet(loadBalancer), 'an internet-facing load balancer');
  if (!knowsName(loadBalancer)) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: loadBalancer`,
      what: 'the check of golden samples needs the DNS name of the load balancer, which was not imported',
      got: 'a load balancer without loadBalancerDnsName',
      allowed: 'a load balancer imported with it',
      remedy: 'Import it with loadBalancerDnsName.',
    });
  }
  if (!isUnresolved(port) && testPort === port) {
    problems.push({
      code: 'AWS_EXPOSURE',
      at: `${at}: testPort`,
      what: 'a port has one listener',
      got: show({ port, testPort }),
      allowed: 'another port than that of the listener',
      remedy: 'Give another testPort.',
    });
  }
  return problems;
}

// Of an imported one nobody knows.
function facesInternet({ node }: LoadBalancerExposureOptions['loadBalancer']): boolean {
  const { defaultChild } = node;
  return defaultChild instanceof CfnLoadBalancer && defaultChild.scheme === 'internet-facing';
}

// On an imported load balancer the getter throws when the attribute was not given.
function knowsName(loadBalancer: LoadBalancerExposureOptions['loadBalancer']): boolean {
  try {
    return Boolean(loadBalancer.loadBalancerDnsName);
  } catch {
    return false;
  }
}
