import type { RowRuleSpec } from '../../contract';
import type { Path, Planner } from '../planner';
import type { PlannedCheck } from './row-rule';

type AgeSpec = Extract<RowRuleSpec, { check: 'age' }>;

/** How long ago a date was when the rows arrived. */
export function planAge(planner: Planner, spec: AgeSpec, path: Path): PlannedCheck {
  const { atLeastSeconds: least, atMostSeconds: most } = spec;
  const value = planner.use([...path, 'field'], spec.field, ['date']);
  if ((least === undefined && most === undefined) || (least ?? -Infinity) > (most ?? Infinity)) {
    planner.fault(path, {
      what: 'no age could be right or wrong',
      got: [least, most],
      allowed: '`atMostSeconds`, `atLeastSeconds` or both, the first not below the second',
      remedy: 'Correct the ends.',
    });
    return undefined;
  }
  if (value === undefined) return undefined;
  const [low, high] = [(least ?? -Infinity) * 1000, (most ?? Infinity) * 1000];
  const ends = [
    least === undefined ? '' : `at least ${least} s`,
    most === undefined ? '' : `at most ${most} s`,
  ];
  return {
    text: { fields: [value], allowed: `${ends.filter((end) => end !== '').join(' and ')} ago` },
    holds: ({ rows, numbers }, row, now) => {
      const age = now - numbers[value.slot * rows + row]!;
      return Number.isNaN(age) ? undefined : age >= low && age <= high;
    },
  };
}
