import type { SwitchComparison, SwitchCondition, Tensor } from '../contract';
import { elementAt } from '../inference';
import { roundToDtype } from '../inference/elements';
import type { Scope } from './scope';

type Element = number | bigint | string;
type RowTest = (row: number) => boolean;

/** Says for each row whether a condition holds; never for values of a step that was skipped. NaN equals nothing. */
export function rowTest(condition: SwitchCondition, scope: Scope): RowTest {
  if ('op' in condition) return comparison(condition, scope);
  if ('all' in condition) {
    const tests = condition.all.map((part) => rowTest(part, scope));
    return (row) => tests.every((test) => test(row));
  }
  const tests = condition.any.map((part) => rowTest(part, scope));
  return (row) => tests.some((test) => test(row));
}

function comparison({ value, element, op, to }: SwitchComparison, scope: Scope): RowTest {
  const tensor = scope.get(value);
  if (tensor === undefined) return () => false;
  const { dtype, data, shape } = tensor;
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  const wanted = (Array.isArray(to) ? to : [to]).map((one) => comparable(one, tensor));
  const holds = OPERATIONS[op];
  return (row) => holds(elementAt(dtype, data, row * width + (element ?? 0)), wanted);
}

const OPERATIONS: Readonly<
  Record<SwitchComparison['op'], (value: Element, to: readonly Element[]) => boolean>
> = {
  '==': (value, [to]) => value === to,
  '!=': (value, [to]) => value !== to,
  '<': (value, [to]) => value < to!,
  '<=': (value, [to]) => value <= to!,
  '>': (value, [to]) => value > to!,
  '>=': (value, [to]) => value >= to!,
  in: (value, to) => to.includes(value),
};

/** What the tensor would hold for a value: 0.7 as FP32 is not 0.7. */
function comparable(value: number | string | boolean, { dtype }: Tensor): Element {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return value;
  return dtype === 'INT64' || dtype === 'UINT64' ? BigInt(value) : roundToDtype(dtype, value);
}
