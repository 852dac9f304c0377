import type { EcsJobDefinition, JobQueue } from 'aws-cdk-lib/aws-batch';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Chain,
  CustomState,
  DefinitionBody,
  Fail,
  type IChainable,
  LogLevel,
  type State,
  StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { BatchPlan } from '../../core';
import { createLogGroup } from '../log-group';
import type { FargateBatchOptions } from './fargate-batch-options';
import { createRunRole } from './run-role';

/** Waiting for capacity and the image, for each attempt. */
const START_SECONDS = 900;

export interface StateMachineProps {
  readonly plan: BatchPlan;
  readonly options: FargateBatchOptions;
  readonly queue: JobQueue;
  readonly jobDefinition: EcsJobDefinition;
}

/** One run: submits the job, waits for its end, tells about it, and ends as the job did. */
export function createStateMachine(scope: Construct, props: StateMachineProps): StateMachine {
  const { plan, options } = props;
  const { timeoutSeconds, attempts } = plan.run;
  const states = new Construct(scope, 'States');
  const role = createRunRole(scope, props);
  const runLog = createLogGroup(scope, plan, options.protection, { id: 'RunLogs' });
  const machine = new StateMachine(scope, 'StateMachine', {
    // By its ARN: it has all it needs, and nothing is added by the way.
    role: Role.fromRoleArn(states, 'RunRole', role.roleArn, { mutable: false }),
    definitionBody: DefinitionBody.fromChainable(definition(states, props)),
    comment: `One run of ${plan.name}`,
    timeout: Duration.seconds(attempts * (timeoutSeconds + START_SECONDS)),
    // Whoever reads it sees when runs started and ended: kept as long as what the workers say.
    logs: { destination: runLog, level: LogLevel.ALL, includeExecutionData: true },
  });
  options.notifications?.grantPublish(role).applyBefore(machine);
  Validations.of(machine).acknowledge({
    id: 'AwsSolutions-SF2',
    reason: 'One step, whose start and end are in the log.',
  });
  return machine;
}

function definition(
  scope: Construct,
  { plan, options, queue, jobDefinition }: StateMachineProps,
): IChainable {
  const { parallelism } = plan.run;
  const score = new CustomState(scope, 'Score', {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Stack.of(scope).partition}:states:::batch:submitJob.sync`,
      Parameters: {
        JobName: plan.name,
        JobDefinition: jobDefinition.jobDefinitionArn,
        JobQueue: queue.jobQueueArn,
        // An array has two members or more.
        ...(parallelism > 1 && { ArrayProperties: { Size: parallelism } }),
      },
      ResultPath: null,
    },
  });
  const failed = new Fail(scope, 'Failed', {
    error: 'ScoringFailed',
    cause: `A worker of ${plan.name} failed: see its log.`,
  });
  const { notifications } = options;
  score.addCatch(notifications === undefined ? failed : tell(scope, 'Failure', notifications, plan, failed), {
    resultPath: '$.problem',
  });
  if (notifications === undefined) return score;
  return score.next(tell(scope, 'Success', notifications, plan, new Succeed(scope, 'Succeeded')));
}

/** A run ends as the job did, also when nobody could be told. */
function tell(scope: Construct, what: string, topic: ITopic, { name }: BatchPlan, end: State): Chain {
  const publish = new SnsPublish(scope, `Tell${what}`, {
    topic,
    subject: `${name}: ${what.toLowerCase()}`.slice(0, 100),
    message: TaskInput.fromObject({ job: name, outcome: what.toLowerCase(), 'run.$': '$$.Execution.Id' }),
    resultPath: '$.told',
  });
  publish.addCatch(end, { resultPath: '$.untold' });
  return Chain.start(publish).next(end);
}
