import { type Comparison, type FieldValue, type RowCondition, VALUE_TYPES } from '../../contract';
import type { Path, Planner, SingleValue, Value } from '../planner';
import { planValue } from '../steps/impute';
import { COMPARE, COMPARE_TEXT } from './comparisons';
import { isMissing, type RowTest } from './row-rule';

/** The conditions under which a rule binds a row; undefined after reporting what is wrong with one. */
export function planConditions(
  planner: Planner,
  conditions: readonly RowCondition[],
  path: Path,
): RowTest[] | undefined {
  const tests = conditions.map((condition, i) => planCondition(planner, condition, [...path, i]));
  return tests.every((test) => test !== undefined) ? tests : undefined;
}

function planCondition(planner: Planner, condition: RowCondition, path: Path): RowTest | undefined {
  const value = planner.use([...path, 'field'], condition.field, VALUE_TYPES);
  if (value === undefined) return undefined;
  if ('present' in condition) {
    const { present } = condition;
    return (batch, row) => isMissing(value, batch, row) !== present;
  }
  if ('in' in condition) return planMember(planner, value, condition.in, [...path, 'in']);
  return planTest(planner, value, condition.op, condition.value, path);
}

function planMember(
  planner: Planner,
  value: SingleValue,
  allowed: readonly FieldValue[],
  path: Path,
): RowTest | undefined {
  const stored = allowed.map((one, i) => planValue(planner, [...path, i], one, value.kind));
  if (stored.includes(undefined)) return undefined;
  const known = new Set<unknown>(stored);
  return ({ rows, numbers, texts }, row) => {
    const at = value.slot * rows + row;
    return known.has(value.kind === 'string' ? texts[at] : numbers[at]);
  };
}

/** A value against a constant of its own type. */
export function planTest(
  planner: Planner,
  value: SingleValue,
  op: Comparison,
  constant: FieldValue,
  path: Path,
): RowTest | undefined {
  const stored = planValue(planner, [...path, 'value'], constant, value.kind);
  if (!mayCompare(planner, value, op, path) || stored === undefined) return undefined;
  if (typeof stored === 'string') {
    const compare = COMPARE_TEXT[op]!;
    return ({ rows, texts }, row) => {
      const text = texts[value.slot * rows + row];
      return text === null || text === undefined ? undefined : compare(text, stored);
    };
  }
  const compare = COMPARE[op];
  return ({ rows, numbers }, row) => {
    const number = numbers[value.slot * rows + row]!;
    return Number.isNaN(number) ? undefined : compare(number, stored, 0);
  };
}

/** Only numbers and dates have an order. */
export function mayCompare(planner: Planner, { kind }: Value, op: Comparison, path: Path): boolean {
  if (kind === 'number' || kind === 'date' || op === '==' || op === '!=') return true;
  planner.fault([...path, 'op'], {
    what: `values of the type ${kind} have no order`,
    got: op,
    allowed: '== | !=',
    remedy: 'Use one of them, or compare numbers or dates.',
  });
  return false;
}
