import { Construct, RootConstruct } from 'constructs';
import {
  type BatchPlan,
  BatchScoringJob,
  type BatchScoringJobProps,
  type BatchTarget,
  type BoundBatch,
  batchRuntimeConfig,
  DataLocation,
  ModelSource,
} from 'inferstack';
import { exampleModel } from './endpoint';

const CLAIM = { claim: 'patients' };
const STORAGE_ACCOUNT =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/patients';

/** Files on every platform. */
export const INPUT = DataLocation.at({
  aws: { bucket: 'patients', path: 'daily/' },
  azure: { storageAccountId: STORAGE_ACCOUNT, container: 'patients', path: 'daily/' },
  gcp: { bucket: 'patients', path: 'daily/' },
  kubernetes: { ...CLAIM, path: 'daily/' },
  local: 'data/daily/',
});
export const OUTPUT = DataLocation.at({
  aws: { bucket: 'patients', path: 'scores/' },
  azure: { storageAccountId: STORAGE_ACCOUNT, container: 'scores', path: 'daily/' },
  gcp: { bucket: 'patients', path: 'scores/' },
  kubernetes: { ...CLAIM, path: 'scores/' },
  local: 'out/scores/',
});

export type JobProps<Native = BatchPlan> = Partial<BatchScoringJobProps<Native>>;

/** What every job of a test says, but for the target. */
export const JOB = {
  model: ModelSource.fromDirectory(exampleModel('breast-cancer', '1')),
  input: { from: INPUT },
  output: { to: OUTPUT },
};

/** A target without a platform: shows what the core hands to every target. */
export class FakeBatchTarget implements BatchTarget<BatchPlan> {
  readonly platform = 'kubernetes';

  bind(scope: Construct, plan: BatchPlan): BoundBatch<BatchPlan> {
    const runtimeConfig = batchRuntimeConfig(plan, {
      modelUri: '/model',
      inputUri: '/in/',
      outputUri: '/out/',
    });
    return { native: plan, runtimeConfig, defaultChild: new Construct(scope, 'Resource') };
  }
}

/** A job on the fake target; only what the test is about needs to be given. */
export function fakeJob(props: JobProps = {}): BatchScoringJob<BatchPlan> {
  return new BatchScoringJob(new RootConstruct('Clinic'), 'NightlyScores', {
    ...JOB,
    target: new FakeBatchTarget(),
    ...props,
  });
}
