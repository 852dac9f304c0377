import { BatchScoringJob, RuntimeImage } from 'inferstack';
import {
  KubernetesBatch,
  type KubernetesBatchNative,
  type KubernetesBatchOptions,
} from 'inferstack/kubernetes';
import { JOB, type JobProps } from '../../support/batch';
import { at, type Manifest } from '../support/manifest';
import { chart, IMAGE, rendered } from '../support/synthesize';

export type BatchProps = Omit<JobProps<KubernetesBatchNative>, 'target'>;

/** A job `serving-nightly-scores` in the namespace `models`, rendered as the cluster gets it. */
export function batch(options: KubernetesBatchOptions = {}, props: BatchProps = {}) {
  const scope = chart();
  const job = new BatchScoringJob(scope, 'NightlyScores', {
    ...JOB,
    ...props,
    run: { image: RuntimeImage.fromRegistry(IMAGE), ...props.run },
    target: new KubernetesBatch(options),
  });
  return { job, ...rendered(scope) };
}

// biome-ignore lint/suspicious/noExplicitAny: manifests are JSON of any form, and a wrong guess fails the test
export const specOf = (manifest: Manifest, path = ''): any => at(manifest, `spec${path}`);
