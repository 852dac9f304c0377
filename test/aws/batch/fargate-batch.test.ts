import { BATCH_EXIT, BATCH_RETRYABLE, parseBatchConfig } from '@inferstack/runtime/contract';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DataLocation, Duration, Schedule } from 'inferstack';
import { flat, newStack, only } from '../support';
import { batch, jobIn } from './support';

const nightly = batch(
  {
    schedule: Schedule.weekly({ day: 0, hour: 3, timeZone: 'Europe/Berlin' }),
    run: {
      parallelism: 8,
      timeout: Duration.minutes(30),
      attempts: 2,
      resources: { cpuMillis: 2000, memoryMiB: 4096 },
    },
    monitoring: { missing: { after: Duration.days(7) }, runbookUrl: 'https://runbooks.example.com' },
  },
  (stack) => ({ notifications: new Topic(stack, 'Ended'), alarms: { topic: new Topic(stack, 'OnCall') } }),
);

const jobOf = (template: Template) => only(template, 'AWS::Batch::JobDefinition');

/** The states of the machine. */
function states(template: Template) {
  const { DefinitionString } = only(template, 'AWS::StepFunctions::StateMachine');
  return JSON.parse(flat(DefinitionString));
}

function statementsOf(template: Template, policy: string) {
  const { Statement } = only(template, 'AWS::IAM::Policy', policy).PolicyDocument;
  return Statement as {
    Sid: string;
    Action: string | string[];
    Resource: object | object[];
    Condition?: object;
  }[];
}

describe('a worker', () => {
  const { ContainerProperties: container, ...job } = jobOf(nightly.template);

  test('is closed, small and not root', () => {
    expect(container).toMatchObject({
      User: '10001:10001',
      ReadonlyRootFilesystem: true,
      NetworkConfiguration: { AssignPublicIp: 'DISABLED' },
      MountPoints: [{ ContainerPath: '/tmp', SourceVolume: 'scratch' }],
      Volumes: [{ Name: 'scratch' }],
      LinuxParameters: { InitProcessEnabled: true },
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
    });
    expect(container.ResourceRequirements).toEqual([
      { Type: 'MEMORY', Value: '4096' },
      { Type: 'VCPU', Value: '2' },
    ]);
  });

  test('is started with the configuration the construct tells', () => {
    const { Value } = container.Environment.find(
      ({ Name }: { Name: string }) => Name === 'INFERSTACK_CONFIG',
    );
    const config = parseBatchConfig(flat(Value));
    const { model, ...rest } = nightly.job.runtimeConfig;
    expect(config).toEqual({ ...rest, model: { ...model, uri: expect.stringMatching(/^s3:\/\/.*\.gz$/) } });
    expect(config.batch.input.uris).toEqual(['s3://patients/daily/']);
    expect(config.batch.output.uri).toBe('s3://patients/scores/');
    expect(config.batch.shards).toMatchObject({ assignment: 'index', workers: 8 });
    expect(config.telemetry.emf).toBe(true);
  });

  test('starts again when Spot takes it away or it failed, and not when the data is wrong', () => {
    const { Attempts, EvaluateOnExit } = job.RetryStrategy;
    expect(Attempts).toBe(2);
    expect(EvaluateOnExit[0]).toEqual({ Action: 'RETRY', OnStatusReason: 'Your Spot Task was interrupted*' });
    const final = EvaluateOnExit.filter(({ Action }: { Action: string }) => Action === 'EXIT');
    const codes = final.map(({ OnExitCode }: { OnExitCode: string }) => Number(OnExitCode));
    expect(codes).toEqual(
      expect.arrayContaining([BATCH_EXIT.badConfig, BATCH_EXIT.badData, BATCH_EXIT.modelRefused]),
    );
    expect(codes.filter((code: number) => BATCH_RETRYABLE.includes(code))).toEqual([]);
    // The most that Batch takes.
    expect(EvaluateOnExit.length).toBeLessThanOrEqual(5);
  });

  test('is ended a minute after it should have ended itself', () => {
    expect(job.Timeout).toEqual({ AttemptDurationSeconds: 1860 });
  });
});

describe('capacity', () => {
  test('is Spot first, then on demand, for all workers at once', () => {
    const { ComputeEnvironmentOrder } = only(nightly.template, 'AWS::Batch::JobQueue');
    const order = ComputeEnvironmentOrder.map(
      ({ Order, ComputeEnvironment }: { Order: number; ComputeEnvironment: object }) => [
        Order,
        flat(ComputeEnvironment),
      ],
    );
    const types = Object.fromEntries(
      Object.entries(nightly.template.findResources('AWS::Batch::ComputeEnvironment')).map(
        ([id, { Properties }]) => [id, Properties.ComputeResources],
      ),
    );
    const resources = order.map(([, id]: [number, string]) => types[id.slice(1, -1).split('.')[0]!]);
    expect(order.map(([place]: [number]) => place)).toEqual([1, 2]);
    expect(
      resources.map(({ Type, MaxvCpus }: { Type: string; MaxvCpus: number }) => [Type, MaxvCpus]),
    ).toEqual([
      ['FARGATE_SPOT', 16],
      ['FARGATE', 16],
    ]);
  });

  test('is never taken away when that is asked for', () => {
    const { template } = batch({}, { capacity: 'onDemand' });
    expect(only(template, 'AWS::Batch::ComputeEnvironment').ComputeResources.Type).toBe('FARGATE');
  });
});

describe('a run', () => {
  test('is one array job, whose end is told', () => {
    const { States, StartAt, TimeoutSeconds } = states(nightly.template);
    expect(StartAt).toBe('Score');
    expect(TimeoutSeconds).toBe(2 * (1800 + 900));
    expect(States.Score).toMatchObject({
      Resource: expect.stringMatching(/:states:::batch:submitJob\.sync$/),
      Parameters: { JobName: 'credit-risk-nightly-scores', ArrayProperties: { Size: 8 } },
      Next: 'TellSuccess',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'TellFailure' }],
    });
    expect(States.TellFailure).toMatchObject({ Next: 'Failed' });
    expect(States.TellSuccess).toMatchObject({
      Next: 'Succeeded',
      Parameters: { Message: { outcome: 'success' } },
    });
    expect([States.Failed.Type, States.Succeeded.Type]).toEqual(['Fail', 'Succeed']);
  });

  test.each([
    ['TellSuccess', 'Succeeded'],
    ['TellFailure', 'Failed'],
  ])('ends as the job did, when %s reaches nobody', (told, end) => {
    expect(states(nightly.template).States[told].Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.untold', Next: end },
    ]);
  });

  test('is a plain job for one worker, and fails without being told to anybody', () => {
    const { States } = states(batch().template);
    expect(States.Score.Parameters).not.toHaveProperty('ArrayProperties');
    expect(States.Score.Catch[0].Next).toBe('Failed');
    expect(Object.keys(States).sort()).toEqual(['Failed', 'Score']);
  });

  test.each([
    ['*/15 * * * *', 'cron(*/15 * * * ? *)'],
    ['0 3 * * 1-5', 'cron(0 3 ? * 2-6 *)'],
    ['0 3 * * 0,6', 'cron(0 3 ? * 1,7 *)'],
    ['0 3 * * */2', 'cron(0 3 ? * */2 *)'],
    ['0 3 1,15 1-6 *', 'cron(0 3 1,15 1-6 ? *)'],
  ])('comes at %s', (cron, expression) => {
    const { template } = batch({ schedule: Schedule.cron(cron), monitoring: { missing: false } });
    expect(only(template, 'AWS::Scheduler::Schedule').ScheduleExpression).toBe(expression);
  });

  test('comes in the time zone that was named', () => {
    expect(only(nightly.template, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'cron(0 3 ? * 1 *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'ENABLED',
    });
  });

  test('comes when it is asked for alone, without a schedule', () => {
    const { stack, vpc } = newStack();
    const { native } = jobIn(stack, { vpc });
    native.grantStart(
      new Role(stack, 'Upstream', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    );
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
    expect(statementsOf(template, 'Upstream')).toEqual([
      {
        Effect: 'Allow',
        Action: 'states:StartExecution',
        Resource: { Ref: expect.stringMatching(/^NightlyScoresStateMachine/) },
      },
    ]);
  });
});

describe('rights', () => {
  test('end at the folders of input and output', () => {
    const data = statementsOf(nightly.template, 'Data').map(({ Sid, Resource, Condition }) => [
      Sid,
      [Resource].flat().map((one) => flat(one)),
      Condition,
    ]);
    const bucket = 'arn:<AWS::Partition>:s3:::patients';
    const below = (prefix: string) => ({ StringLikeIfExists: { 's3:prefix': prefix } });
    expect(data).toEqual([
      ['ReadInput', [`${bucket}/daily`, `${bucket}/daily/*`], undefined],
      ['ListInput', [bucket], below('daily/*')],
      ['WriteOutput', [`${bucket}/scores`, `${bucket}/scores/*`], undefined],
      ['ListOutput', [bucket], below('scores/*')],
    ]);
  });

  test.each([
    ['daily/rows.parquet', ['daily/rows.parquet']],
    ['daily/2026-*.csv', ['daily/2026-*']],
    ['', ['*']],
    ['daily', ['daily', 'daily/*']],
  ])('for an input of %j they are %j', (path, names) => {
    const from = DataLocation.at({ aws: { bucket: 'source', path } });
    const [read] = statementsOf(batch({ input: { from } }).template, 'Data');
    expect([read!.Resource].flat().map((one) => flat(one))).toEqual(
      names.map((name) => `arn:<AWS::Partition>:s3:::source/${name}`),
    );
  });

  test('reach the keys of encrypted buckets', () => {
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/abc';
    const from = DataLocation.at({ aws: { bucket: 'source', kmsKeyArn } });
    const decrypt = statementsOf(batch({ input: { from } }).template, 'Data').at(-1)!;
    expect(decrypt).toMatchObject({ Action: 'kms:Decrypt', Resource: kmsKeyArn });
  });

  test('to submit are for this job on this queue', () => {
    const [run] = only(nightly.template, 'AWS::IAM::Role', 'RunRole').Policies;
    const submit = run.PolicyDocument.Statement.find(({ Sid }: { Sid: string }) => Sid === 'Submit');
    expect([submit.Resource].flat().map((one) => flat(one))).toEqual([
      expect.stringMatching(/^<NightlyScoresJob\w+>$/),
      expect.stringMatching(/^<NightlyScoresQueue\w+\.JobQueueArn>$/),
    ]);
  });
});

describe('alarms', () => {
  test('ring for a failed run, and when there was none', () => {
    nightly.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('A run failed.*Runbook: https://runbooks.example.com'),
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(failed, 0) + FILL(late, 0) + FILL(stopped, 0)' }),
      ]),
      AlarmActions: [{ Ref: Match.stringLikeRegexp('OnCall') }],
    });
    nightly.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ExecutionsSucceeded',
      Period: 3600,
      EvaluationPeriods: 168,
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
    });
  });

  test('are off when they are switched off', () => {
    const { template } = batch({ monitoring: { failed: false } });
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  });
});
