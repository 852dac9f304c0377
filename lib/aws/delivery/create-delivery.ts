import { AlternateTarget, ListenerRuleConfiguration } from 'aws-cdk-lib/aws-ecs';
import type {
  ApplicationListener,
  ApplicationListenerRule,
  ApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import type { EndpointContext } from '../create-endpoint';
import type { Edge } from '../edge';
import { createGoldenSamplesHook, type GoldenSamplesHook } from './golden-samples-hook';
import { createShiftRole } from './shift-role';
import { createTestListener } from './test-listener';

/** What ECS moves requests with, from one version to the next. */
export interface Delivery {
  /** Green; blue is the target group of the endpoint. Each of them has the serving version in turn. */
  readonly targetGroup: ApplicationTargetGroup;
  /** Where the new version is asked before callers do. */
  readonly testListener: ApplicationListener;
  readonly testListenerRule: ApplicationListenerRule;
  /** The role ECS rewrites the rules with. */
  readonly role: IRole;
  /** Sends the golden samples, and lets the deployment go on or not. */
  readonly goldenSamples: LambdaFunction;
}

/** What the service is told of it. */
export interface BoundDelivery extends Delivery {
  readonly hook: GoldenSamplesHook;
  readonly alternateTarget: AlternateTarget;
  readonly grpcAlternateTarget: AlternateTarget | undefined;
  /** What must be there before the service, and what it does not refer to. */
  readonly before: readonly IDependable[];
}

/** undefined when ECS replaces tasks in one target group. */
export function createDelivery(
  scope: Construct,
  context: EndpointContext,
  edge: Edge,
): BoundDelivery | undefined {
  const { targetGroup: blue, alternateTargetGroup: green, grpc, testEntrance } = edge;
  if (green === undefined || testEntrance === undefined) return undefined;
  const test = createTestListener(scope, testEntrance, blue, green);
  const rules = [edge.listenerRule, test.rule, ...(grpc === undefined ? [] : [grpc.listenerRule])];
  const groups = [blue, green, grpc?.targetGroup, grpc?.alternateTargetGroup];
  const { role, rights } = createShiftRole(
    scope,
    groups.filter((group) => group !== undefined),
    rules,
  );
  const hook = createGoldenSamplesHook(scope, context, test);
  const ruled = ListenerRuleConfiguration.applicationListenerRule;
  return {
    targetGroup: green,
    testListener: test.listener,
    testListenerRule: test.rule,
    role,
    goldenSamples: hook.function,
    hook,
    alternateTarget: new AlternateTarget('Green', {
      alternateTargetGroup: green,
      productionListener: ruled(edge.listenerRule),
      testListener: ruled(test.rule),
      role,
    }),
    grpcAlternateTarget:
      grpc?.alternateTargetGroup && grpcTarget(grpc.alternateTargetGroup, grpc.listenerRule, role),
    before: [rights, hook.rights],
  };
}

/** Without a test rule: the hook speaks HTTP. */
function grpcTarget(
  green: ApplicationTargetGroup,
  rule: ApplicationListenerRule,
  role: IRole,
): AlternateTarget {
  return new AlternateTarget('GreenGrpc', {
    alternateTargetGroup: green,
    productionListener: ListenerRuleConfiguration.applicationListenerRule(rule),
    role,
  });
}
