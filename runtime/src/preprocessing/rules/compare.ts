import {
  type Comparison,
  type RowRuleSpec,
  type RuleOperand,
  VALUE_TYPES,
  type ValueType,
} from '../../contract';
import type { Batch } from '../batch';
import type { Path, Planner, Value } from '../planner';
import { COMPARE, COMPARE_TEXT } from './comparisons';
import { mayCompare, planTest } from './conditions';
import type { PlannedCheck, RowTest } from './row-rule';

type Check<Name extends RowRuleSpec['check']> = Extract<RowRuleSpec, { check: Name }>;

/** Milliseconds of dates in the seconds of rules. */
const MS_PER_SECOND = 1000;

/** One field against another, or against a constant. */
export function planCompare(planner: Planner, spec: Check<'compare'>, path: Path): PlannedCheck {
  const { op, right } = spec;
  const left = planner.use([...path, 'left'], spec.left, VALUE_TYPES);
  if ('value' in right) {
    const holds = left && planTest(planner, left, op, right.value, [...path, 'right']);
    return holds && { text: { fields: [left], allowed: `${spec.left} ${op} ${right.value}` }, holds };
  }
  const kinds = left === undefined ? VALUE_TYPES : [left.kind];
  const other = planner.use([...path, 'right', 'field'], right.field, kinds);
  if (left === undefined || other === undefined || !mayCompare(planner, left, op, path)) return undefined;
  const holds = left.kind === 'string' ? compareTexts(left, other, op) : compareNumbers(left, other, op);
  return { text: { fields: [left, other], allowed: `${spec.left} ${op} ${right.field}` }, holds };
}

function compareTexts(left: Value, right: Value, op: Comparison): RowTest {
  const compare = COMPARE_TEXT[op]!;
  return ({ rows, texts }, row) => {
    const a = texts[left.slot * rows + row]!;
    const b = texts[right.slot * rows + row]!;
    return a === null || b === null ? undefined : compare(a, b);
  };
}

function compareNumbers(left: Value, right: Value, op: Comparison): RowTest {
  const compare = COMPARE[op];
  return ({ rows, numbers }, row) => {
    const a = numbers[left.slot * rows + row]!;
    const b = numbers[right.slot * rows + row]!;
    return Number.isNaN(a) || Number.isNaN(b) ? undefined : compare(a, b, 0);
  };
}

/** A sum or a difference against a field or a constant. */
export function planArithmetic(
  planner: Planner,
  spec: Check<'sum' | 'difference'>,
  path: Path,
): PlannedCheck {
  const { check, of, op, right, tolerance } = spec;
  const kinds: ValueType[] = check === 'sum' ? ['number'] : ['number', 'date'];
  const values = of.map((name, i) => planner.use([...path, 'of', i], name, kinds));
  const bound = planBound(planner, right, [...path, 'right']);
  if (bound === undefined || !values.every((value) => value !== undefined)) return undefined;
  if (values.some(({ kind }) => kind !== values[0]!.kind)) {
    planner.fault([...path, 'of'], {
      what: 'a date and a number have no difference',
      got: of,
      remedy: 'Take two numbers or two dates.',
    });
    return undefined;
  }
  const compare = COMPARE[op];
  const unit = values[0]!.kind === 'date' ? MS_PER_SECOND : 1;
  const slots = values.map(({ slot }) => slot);
  const sign = check === 'sum' ? 1 : -1;
  // What is missing is NaN, and makes NaN of every sum it is part of.
  const holds: RowTest = (batch, row) => {
    let total = at(batch, slots[0]!, row);
    for (let i = 1; i < slots.length; i++) total += sign * at(batch, slots[i]!, row);
    const most = typeof bound === 'number' ? bound : at(batch, bound.slot, row);
    return Number.isNaN(total) || Number.isNaN(most) ? undefined : compare(total / unit, most, tolerance);
  };
  const fields = typeof bound === 'number' ? values : [...values, bound];
  const shown = 'value' in right ? right.value : right.field;
  return { text: { fields, allowed: `${of.join(check === 'sum' ? ' + ' : ' - ')} ${op} ${shown}` }, holds };
}

const at = ({ rows, numbers }: Batch, slot: number, row: number): number => numbers[slot * rows + row]!;

/** A number, or the field that holds it. */
function planBound(planner: Planner, right: RuleOperand, path: Path): number | Value | undefined {
  if ('field' in right) return planner.use([...path, 'field'], right.field, ['number']);
  if (typeof right.value === 'number') return right.value;
  planner.fault([...path, 'value'], {
    what: 'the bound of a sum or difference is a number',
    got: right.value,
    allowed: 'a number; of dates the difference is in seconds',
    remedy: 'Correct the value.',
  });
  return undefined;
}
