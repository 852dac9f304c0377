import type { ApplicationListenerRule, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface ShiftRole {
  readonly role: Role;
  /** Has to be there before the role is used. */
  readonly rights: Policy;
}

/**
 * The role ECS moves requests with: the actions of AmazonECSInfrastructureRolePolicyForLoadBalancers, on these target
 * groups and rules alone. Source:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
export function createShiftRole(
  scope: Construct,
  targetGroups: readonly ApplicationTargetGroup[],
  rules: readonly ApplicationListenerRule[],
): ShiftRole {
  const role = new Role(scope, 'ShiftRole', {
    description: 'Amazon ECS: moves requests of the model endpoint from one version to the next',
    assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
  });
  const rights = new Policy(role, 'Rights', { roles: [role], statements: statements(targetGroups, rules) });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Describing load balancers has no resource-level permissions.',
  });
  return { role, rights };
}

function statements(
  targetGroups: readonly ApplicationTargetGroup[],
  rules: readonly ApplicationListenerRule[],
): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'See',
      actions: [
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'Register',
      actions: ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets'],
      resources: targetGroups.map(({ targetGroupArn }) => targetGroupArn),
    }),
    new PolicyStatement({
      sid: 'Shift',
      actions: ['elasticloadbalancing:ModifyRule'],
      resources: rules.map(({ listenerRuleArn }) => listenerRuleArn),
    }),
  ];
}
