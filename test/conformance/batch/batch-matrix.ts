import { ProblemError } from '@inferstack/runtime/contract';
import type { BatchPlan } from 'inferstack';
import { perturb } from '../../support/perturb';
import type { Change } from '../conformance-target';
import type { Outcome } from '../outcome';
import type { BatchConformanceTarget, RenderedJob } from './batch-conformance-target';
import { BATCH_FIELDS, batchPlan } from './batch-fields';

export type BatchRow = Readonly<Record<string, Outcome>>;

const known = new Map<BatchConformanceTarget, BatchRow>();

/** What becomes of every field on one target; found out once. */
export function batchOutcomes(target: BatchConformanceTarget): BatchRow {
  const row = known.get(target) ?? findOut(target);
  known.set(target, row);
  return row;
}

function findOut(target: BatchConformanceTarget): BatchRow {
  const plan = batchPlan();
  const before = target.bind(plan);
  const changes = { ...BATCH_FIELDS, ...places(target), ...target.changes };
  return Object.fromEntries(
    Object.entries(changes).map(([field, change]) => [
      field,
      outcomeOf(target, before, changed(plan, change)),
    ]),
  );
}

/** Files elsewhere on the target's own platform, and nowhere on it. */
function places({ place }: BatchConformanceTarget): Record<string, Change> {
  return {
    'input.from': { [`input.places.${place}.path`]: 'hourly/' },
    'output.to': { [`output.places.${place}.path`]: 'results/' },
    'input.from elsewhere': { 'input.places': { local: 'data/' } },
    'output.to elsewhere': { 'output.places': { local: 'out/' } },
  };
}

export function changed(plan: BatchPlan, change: Change): BatchPlan {
  return Object.entries(change).reduce((given, [path, value]) => perturb(given, path, value), plan);
}

/** @throws whatever else is wrong: a change that the platform calls a mistake proves nothing. */
function outcomeOf(target: BatchConformanceTarget, before: RenderedJob, plan: BatchPlan): Outcome {
  const after = bindOrRefuse(target, plan);
  if (after === undefined) return 'unsupported';
  if (JSON.stringify(after.platform) !== JSON.stringify(before.platform)) return 'native';
  if (JSON.stringify(after.runtimeConfig) !== JSON.stringify(before.runtimeConfig)) return 'emulated';
  return 'dropped';
}

function bindOrRefuse(target: BatchConformanceTarget, plan: BatchPlan): RenderedJob | undefined {
  try {
    return target.bind(plan);
  } catch (error) {
    const refusals = ['TARGET_UNSUPPORTED', 'PLAN_DATA', ...target.limits];
    if (error instanceof ProblemError && error.problems.every(({ code }) => refusals.includes(code)))
      return undefined;
    throw error;
  }
}
