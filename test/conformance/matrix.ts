import type { ConformanceTarget } from './conformance-target';
import { FIELDS, SWITCHES } from './fields';
import { type Outcome, outcomeOf } from './outcome';
import { changed, endpointPlan } from './plan';

export type Row = Readonly<Record<string, Outcome>>;

const known = new Map<ConformanceTarget, Row>();

/** What becomes of every field on one target; found out once. */
export function fieldOutcomes(target: ConformanceTarget): Row {
  const row = known.get(target) ?? findOut(target);
  known.set(target, row);
  return row;
}

function findOut(target: ConformanceTarget): Row {
  const plan = endpointPlan(target.demands);
  const before = target.bind(plan);
  const fields = { ...FIELDS, ...SWITCHES, ...target.changes };
  return Object.fromEntries(
    Object.entries(fields).map(([field, change]) => [
      field,
      outcomeOf(target, before, changed(plan, change)),
    ]),
  );
}
