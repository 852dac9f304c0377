import { type Problem, show } from '@inferstack/runtime/contract';
import { isUnresolved } from '../unresolved';

/** Options of a rollout that are judged by their own name. */
export interface AskedOfRollout {
  /** Of the requests, in the first step; undefined: there is none before all of them. */
  readonly share: { readonly prop: 'percent' | 'step' | 'sample'; readonly percent: number } | undefined;
  /** Of one worker process of the candidate; undefined: as the runtime thinks right. */
  readonly memoryMiB: number | undefined;
}

/** @param memoryMiB of a replica. */
export function checkAsked(
  { share, memoryMiB: asked }: AskedOfRollout,
  { path, memoryMiB }: { readonly path: string; readonly memoryMiB: number },
): Problem[] {
  const problems: Problem[] = [];
  const add = (prop: string, got: number, allowed: string) =>
    problems.push({
      ...{ code: 'PLAN_ROLLOUT', at: `${path}: rollout.${prop}`, what: 'the value is out of bounds' },
      ...{ got: show(got), allowed, remedy: 'Correct the value.' },
    });
  if (share !== undefined && !isUnresolved(share.percent) && !isShare[share.prop](share.percent))
    add(share.prop, share.percent, ALLOWED[share.prop]);
  const most = isUnresolved(memoryMiB) ? Number.POSITIVE_INFINITY : memoryMiB;
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1 && asked <= most))
    add('trial.memoryMiB', asked, 'a whole number, 1 or more, at most resources.memoryMiB');
  return problems;
}

const isShare = {
  percent: (percent: number) => percent > 0 && percent < 100,
  // Less would be more than a hundred steps.
  step: (percent: number) => percent >= 1 && percent < 100,
  sample: (percent: number) => percent > 0 && percent <= 100,
};

const ALLOWED = {
  percent: 'more than 0, less than 100',
  step: '1 or more, less than 100',
  sample: 'more than 0, at most 100',
};
