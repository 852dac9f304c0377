import { DeploymentStrategy, type FargateServiceProps } from 'aws-cdk-lib/aws-ecs';
import { Duration } from 'aws-cdk-lib/core';
import type { EndpointPlan, RolloutStrategy } from '../../core';

type DeploymentProps = Pick<
  FargateServiceProps,
  'deploymentStrategy' | 'circuitBreaker' | 'bakeTime' | 'canaryConfiguration' | 'linearConfiguration'
>;
type Rollout = EndpointPlan['rollout'];

/** How each strategy is said to ECS. */
const DEPLOYMENTS: Readonly<Record<RolloutStrategy, (rollout: Rollout) => DeploymentProps>> = {
  rolling: () => ({
    deploymentStrategy: DeploymentStrategy.ROLLING,
    circuitBreaker: { enable: true, rollback: true },
  }),
  canary: (rollout) => ({
    deploymentStrategy: DeploymentStrategy.CANARY,
    canaryConfiguration: firstStep(rollout),
    ...bake(rollout),
  }),
  linear: (rollout) => ({
    deploymentStrategy: DeploymentStrategy.LINEAR,
    linearConfiguration: firstStep(rollout),
    ...bake(rollout),
  }),
  blueGreen: (rollout) => ({ deploymentStrategy: DeploymentStrategy.BLUE_GREEN, ...bake(rollout) }),
  allAtOnce: (rollout) => ({ deploymentStrategy: DeploymentStrategy.BLUE_GREEN, ...bake(rollout) }),
};

/** What ECS can do by itself. */
export const STRATEGIES = Object.keys(DEPLOYMENTS) as RolloutStrategy[];

/** Whether ECS moves requests between two target groups, blue and green, instead of replacing tasks in one. */
export const shiftsRequests = ({ rollout }: EndpointPlan): boolean => rollout.strategy !== 'rolling';

/** No circuit breaker where requests are moved: ECS has it for rolling updates alone. */
export const deploymentProps = ({ rollout }: EndpointPlan): DeploymentProps =>
  DEPLOYMENTS[rollout.strategy](rollout);

const firstStep = ({ steps: [step] }: Rollout) => ({
  stepPercent: step!.percent,
  stepBakeTime: Duration.seconds(step!.holdSeconds),
});

/** Always said: left out, ECS would keep both versions for 36 hours. */
const bake = ({ bakeSeconds }: Rollout) => ({ bakeTime: Duration.seconds(bakeSeconds) });
