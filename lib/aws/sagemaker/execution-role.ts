import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup, ISubnet } from 'aws-cdk-lib/aws-ec2';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct, IDependable } from 'constructs';
import { shownEc2Arn } from '../shown-arn';
import { ENDPOINT_NAMESPACE } from './sagemaker-metrics';

/** What the role of the model is about. */
export interface ExecutionScope {
  readonly logGroup: ILogGroup;
  readonly alarms: readonly Alarm[];
  readonly subnets: readonly ISubnet[];
  readonly securityGroups: readonly ISecurityGroup[];
}

/** The role SageMaker starts and watches the endpoint with. Isolated containers get no credentials of it. */
export function createExecutionRole(scope: Construct): Role {
  const role = new Role(scope, 'Role', {
    description: 'SageMaker starts the model endpoint with it: model, image, network, logs',
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
  });
  Validations.of(role).acknowledge(
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'cloudwatch:PutMetricData and what describes networks have no resource-level permissions; metrics are limited ' +
        'to one namespace.',
    },
    {
      id: `AwsSolutions-IAM5[Resource::${shownEc2Arn(Stack.of(scope), 'network-interface/*')}]`,
      reason:
        'Network interfaces have no name before they are made; they are limited to the subnets of the endpoint.',
    },
  );
  return role;
}

/**
 * What the role needs whatever version is served. Returns what has to be there before it is used.
 *
 * Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html (CreateModel API),
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html (alarms)
 */
export function grantExecution(
  role: IRole,
  { logGroup, alarms, subnets, securityGroups }: ExecutionScope,
): IDependable[] {
  const statements = [
    new PolicyStatement({
      sid: 'WriteLogs',
      actions: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
      ],
      resources: [logGroup.logGroupArn],
    }),
    new PolicyStatement({
      sid: 'WatchAlarms',
      actions: ['cloudwatch:DescribeAlarms'],
      resources: alarms.map(({ alarmArn }) => alarmArn),
    }),
    new PolicyStatement({
      sid: 'PublishMetrics',
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': ENDPOINT_NAMESPACE } },
    }),
    ...interfaceStatements(Stack.of(logGroup), subnets, securityGroups),
  ];
  return statements
    .map((statement) => role.addToPrincipalPolicy(statement).policyDependable)
    .filter((dependable) => dependable !== undefined);
}

/** Network interfaces in these subnets, with these security groups, and no others. */
function interfaceStatements(
  stack: Stack,
  subnets: readonly ISubnet[],
  securityGroups: readonly ISecurityGroup[],
): PolicyStatement[] {
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'ec2', resource, resourceName });
  const interfaces = arn('network-interface', '*');
  const inSubnets = subnets.map(({ subnetId }) => arn('subnet', subnetId));
  return [
    new PolicyStatement({
      sid: 'CreateInterfaces',
      actions: ['ec2:CreateNetworkInterface'],
      resources: [
        interfaces,
        ...inSubnets,
        ...securityGroups.map(({ securityGroupId }) => arn('security-group', securityGroupId)),
      ],
    }),
    new PolicyStatement({
      sid: 'UseInterfaces',
      actions: ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface'],
      resources: [interfaces],
      conditions: { ArnEquals: { 'ec2:Subnet': inSubnets } },
    }),
    // These have no resources.
    new PolicyStatement({
      sid: 'SeeNetwork',
      actions: [
        'ec2:DeleteNetworkInterfacePermission',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeVpcs',
      ],
      resources: ['*'],
    }),
  ];
}
