import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import { BatchScoringJob, RuntimeImage } from 'inferstack';
import { FargateBatch, type FargateBatchNative, type FargateBatchOptions } from 'inferstack/aws';
import { JOB, type JobProps } from '../../support/batch';
import { newStack, PINNED } from '../support';

export type BatchProps = Omit<JobProps<FargateBatchNative>, 'target'>;

export function jobIn(stack: Stack, options: FargateBatchOptions, props: BatchProps = {}) {
  return new BatchScoringJob(stack, 'NightlyScores', {
    ...JOB,
    ...props,
    run: { image: RuntimeImage.fromRegistry(PINNED), ...props.run },
    target: new FargateBatch(options),
  });
}

/** A job in a stack and VPC of its own; only what the test is about needs to be given. */
export function batch(
  props: BatchProps = {},
  options: Partial<FargateBatchOptions> | ((stack: Stack) => Partial<FargateBatchOptions>) = {},
) {
  const { stack, vpc } = newStack();
  const given = typeof options === 'function' ? options(stack) : options;
  const job = jobIn(stack, { vpc, ...given }, props);
  return { stack, job, native: job.native, template: Template.fromStack(stack) };
}
