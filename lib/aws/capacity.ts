import { type Problem, show } from '@inferstack/runtime/contract';
import {
  type CapacityProviderStrategy,
  Cluster,
  ContainerInsights,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { type EndpointPlan, isUnresolved } from '../core';
import type { FargateCapacityOptions, FargateEndpointOptions } from './fargate-endpoint-options';

export function createCluster(scope: Construct, { vpc, capacity }: FargateEndpointOptions): ICluster {
  return new Cluster(scope, 'Cluster', {
    vpc,
    containerInsightsV2: ContainerInsights.ENABLED,
    enableFargateCapacityProviders: usesSpot(capacity),
  });
}

/** undefined: plain Fargate, which needs no capacity providers on the cluster. */
export function capacityStrategies(
  { scaling }: EndpointPlan,
  capacity: FargateCapacityOptions | undefined,
): CapacityProviderStrategy[] | undefined {
  if (!usesSpot(capacity)) return undefined;
  const { spotPercent = 0, onDemandBase = scaling.minReplicas } = capacity ?? {};
  return [
    { capacityProvider: 'FARGATE', base: onDemandBase, weight: 100 - spotPercent },
    { capacityProvider: 'FARGATE_SPOT', weight: spotPercent },
  ];
}

/** Refuses shares and bases that ECS does not know, and a base that nothing could use. */
export function checkCapacity({ path }: EndpointPlan, capacity: FargateCapacityOptions = {}): Problem[] {
  const { spotPercent = 0, onDemandBase } = capacity;
  const at = `${path}: target.capacity`;
  const problems: Problem[] = [];
  if (
    !isUnresolved(spotPercent) &&
    !(Number.isInteger(spotPercent) && spotPercent >= 0 && spotPercent <= 100)
  ) {
    problems.push(outOfBounds(`${at}.spotPercent`, spotPercent, 'a whole number, 0 to 100'));
  }
  if (onDemandBase === undefined || isUnresolved(onDemandBase)) return problems;
  if (!(Number.isInteger(onDemandBase) && onDemandBase >= 0 && onDemandBase <= 100_000)) {
    problems.push(outOfBounds(`${at}.onDemandBase`, onDemandBase, 'a whole number, 0 to 100000'));
  }
  if (spotPercent === 0) {
    problems.push({
      code: 'AWS_CAPACITY',
      at: `${at}.onDemandBase`,
      what: 'without Spot every replica runs on demand, so the base means nothing',
      got: show(onDemandBase),
      allowed: 'onDemandBase together with spotPercent above 0',
      remedy: 'Remove onDemandBase, or give spotPercent.',
    });
  }
  return problems;
}

function outOfBounds(at: string, got: number, allowed: string): Problem {
  return {
    code: 'AWS_CAPACITY',
    at,
    what: 'the value is out of bounds',
    got: show(got),
    allowed,
    remedy: 'Correct the value.',
  };
}

function usesSpot(capacity: FargateCapacityOptions | undefined): boolean {
  return (capacity?.spotPercent ?? 0) !== 0;
}
