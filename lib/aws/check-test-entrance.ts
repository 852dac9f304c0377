import { type Problem, show } from '@inferstack/runtime/contract';
import type { LoadBalancerExposureOptions } from './exposure-options';

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
export function checkTestPort(
  at: string,
  shifts: boolean,
  { loadBalancer, port, testPort }: LoadBalancerExposureOptions,
): Problem[] {
  if (!shifts) return [];
  const problems: Problem[] = [];
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
  if (testPort !== undefined && testPort === port) {
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

// On an imported load balancer the getter throws when the attribute was not given.
function knowsName(loadBalancer: LoadBalancerExposureOptions['loadBalancer']): boolean {
  try {
    return Boolean(loadBalancer.loadBalancerDnsName);
  } catch {
    return false;
  }
}
