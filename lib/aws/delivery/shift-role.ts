import type { ApplicationListenerRule, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * The role ECS moves requests with: the actions of AmazonECSInfrastructureRolePolicyForLoadBalancers, on these target
 * groups and rules alone. Source:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
export function createShiftRole(
  scope: Construct,
  targetGroups: readonly ApplicationTargetGroup[],
  rules: readonly ApplicationListenerRule[],
): IRole {
  const role = new Role(scope, 'ShiftRole', {
    description: 'Amazon ECS: moves requests of the model endpoint from one version to the next',
    assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
  });
  for (const statement of statements(targetGroups, rules)) role.addToPolicy(statement);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Describing load balancers has no resource-level permissions.',
  });
  return role;
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
