import { RootConstruct } from 'constructs';
import { BatchScoringJob, DataLocation, RuntimeImage, Schedule, UnsupportedError } from 'inferstack';
import { FargateBatch, type FargateBatchOptions } from 'inferstack/aws';
import { INPUT, JOB } from '../../support/batch';
import { problemsOf } from '../../support/endpoint';
import { newStack, PINNED } from '../support';
import { type BatchProps, batch } from './support';

const elsewhere = DataLocation.at({ gcp: { bucket: 'elsewhere' } });

test.each<[string, BatchProps, Partial<FargateBatchOptions>, string, string]>([
  [
    'a size Fargate has not',
    { run: { image: RuntimeImage.fromRegistry(PINNED), resources: { memoryMiB: 1024 } } },
    {},
    'AWS_FARGATE_SIZE',
    'resources.memoryMiB',
  ],
  [
    'a retention there is not',
    { monitoring: { logRetentionDays: 31 } },
    {},
    'AWS_LOG_RETENTION',
    'monitoring.logRetentionDays',
  ],
  ['an input elsewhere', { input: { from: elsewhere } }, {}, 'PLAN_DATA', 'input.from'],
  ['an output elsewhere', { output: { to: elsewhere } }, {}, 'PLAN_DATA', 'output.to'],
  ['a disk too small', {}, { storageGiB: 10 }, 'AWS_STORAGE', 'target.storageGiB'],
  ['a disk too large', {}, { storageGiB: 201 }, 'AWS_STORAGE', 'target.storageGiB'],
])('refused: %s', (_, props, options, code, prop) => {
  expect(problemsOf(() => batch(props, options))).toEqual([
    expect.objectContaining({ code, at: `CreditRisk/NightlyScores: ${prop}` }),
  ]);
});

test('a week with retries is longer than an alarm looks back', () => {
  const weekly = () => batch({ schedule: Schedule.weekly({ day: 1, hour: 3 }) });
  expect(weekly).toThrow(UnsupportedError);
  expect(problemsOf(weekly)[0]).toMatchObject({ got: '171 hours', allowed: '168 hours or less' });
});

test('the job needs a stack of aws-cdk-lib', () => {
  const { vpc } = newStack();
  const outside = () =>
    new BatchScoringJob(new RootConstruct('Clinic'), 'Scores', {
      ...JOB,
      input: { from: INPUT },
      target: new FargateBatch({ vpc }),
    });
  expect(problemsOf(outside)).toEqual([
    expect.objectContaining({
      code: 'TARGET_SCOPE',
      allowed: 'a BatchScoringJob inside a Stack of aws-cdk-lib',
    }),
  ]);
});
