import type { EcsJobDefinition, JobQueue } from 'aws-cdk-lib/aws-batch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { wildcardFinding } from '../finding-id';

export interface RunRoleProps {
  readonly queue: JobQueue;
  readonly jobDefinition: EcsJobDefinition;
}

/** What a run may do: submit this job to this queue, watch it, stop it, and log. */
export function createRunRole(scope: Construct, props: RunRoleProps): Role {
  const { account } = Stack.of(scope);
  const role = new Role(scope, 'RunRole', {
    description: 'The runs of the scoring job: submit it and wait for its end',
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
    inlinePolicies: { Run: new PolicyDocument({ statements: [...jobStatements(scope, props), LOG] }) },
  });
  Validations.of(role).acknowledge(
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'batch:DescribeJobs and the delivery of logs have no resource-level permissions.',
    },
    { id: wildcardFinding(scope, jobs(scope)), reason: 'Jobs have ids that nobody knows before.' },
  );
  return role;
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html */
function jobStatements(scope: Construct, { queue, jobDefinition }: RunRoleProps): PolicyStatement[] {
  const rule = { service: 'events', resource: 'rule/StepFunctionsGetEventsForBatchJobsRule' };
  return [
    new PolicyStatement({
      sid: 'Submit',
      actions: ['batch:SubmitJob'],
      resources: [jobDefinition.jobDefinitionArn, queue.jobQueueArn],
    }),
    new PolicyStatement({ sid: 'Stop', actions: ['batch:TerminateJob'], resources: [jobs(scope)] }),
    new PolicyStatement({ sid: 'Watch', actions: ['batch:DescribeJobs'], resources: ['*'] }),
    new PolicyStatement({
      sid: 'HearOfTheEnd',
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [Stack.of(scope).formatArn(rule)],
    }),
  ];
}

const jobs = (scope: Construct): string =>
  Stack.of(scope).formatArn({ service: 'batch', resource: 'job', resourceName: '*' });

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const LOG = new PolicyStatement({
  sid: 'Log',
  actions: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  resources: ['*'],
});
