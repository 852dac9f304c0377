import type { ISubnet, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { shownEc2Arn } from '../shown-arn';

/** What Lambda needs to place a function in a VPC. */
const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

export interface HookPlacement {
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: SecurityGroup;
  readonly logGroup: ILogGroup;
}

/** The role of the function: writes its log; Lambda makes network interfaces with it in these subnets alone. */
export function createHookRole(scope: Construct, placement: HookPlacement): Role {
  const role = new Role(scope, 'GoldenSamplesRole', {
    description: 'Sends golden samples to a new version of the model endpoint',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  for (const statement of statements(Stack.of(scope), placement)) role.addToPolicy(statement);
  Validations.of(role).acknowledge(
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Describing networks has no resource-level permissions.',
    },
    {
      id: `AwsSolutions-IAM5[Resource::${shownEc2Arn(Stack.of(scope), '*/*')}]`,
      reason: 'Lambda makes the network interfaces, and checks this right on all of them.',
    },
    {
      id: `AwsSolutions-IAM5[Resource::${shownEc2Arn(Stack.of(scope), 'network-interface/*')}]`,
      reason: 'Lambda names the network interfaces it makes.',
    },
  );
  return role;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
function statements(stack: Stack, { subnets, securityGroup, logGroup }: HookPlacement): PolicyStatement[] {
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'ec2', resource, resourceName });
  const interfaces = arn('network-interface', '*');
  return [
    new PolicyStatement({
      sid: 'WriteLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    new PolicyStatement({
      sid: 'CreateInterfaces',
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        interfaces,
        ...subnets.map(({ subnetId }) => arn('subnet', subnetId)),
        arn('security-group', securityGroup.securityGroupId),
      ],
    }),
    new PolicyStatement({
      sid: 'UseInterfaces',
      actions: ['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
      resources: [interfaces],
    }),
    // Lambda refuses a function whose role has this on less.
    new PolicyStatement({
      sid: 'DeleteInterfaces',
      actions: ['ec2:DeleteNetworkInterface'],
      resources: [arn('*', '*')],
    }),
    new PolicyStatement({
      sid: 'SeeNetwork',
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
    }),
  ];
}

/** Takes the rights on networks from the code again: they are for Lambda, which makes the interfaces, alone. */
export function denyInterfacesToCode(scope: Construct, role: Role, hook: IFunction): void {
  const policy = new Policy(scope, 'GoldenSamplesCode', {
    statements: [
      new PolicyStatement({
        sid: 'NotByCode',
        effect: Effect.DENY,
        actions: INTERFACE_ACTIONS,
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': hook.functionArn } },
      }),
    ],
  });
  role.attachInlinePolicy(policy);
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'It takes rights away.',
  });
}
