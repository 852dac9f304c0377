import { type StepSpec, show, type ValueType } from '../../contract';
import type { Batch, RowProblems } from '../batch';
import type { Path, Planner, SingleValue } from '../planner';
import { planValue } from './impute';

type CategoryStep = Extract<StepSpec, { step: 'one-hot' | 'ordinal' }>;

const KINDS: readonly ValueType[] = ['string', 'number', 'boolean'];

/** Stands for no category: the policy said to ignore it. */
const NONE = -1;

export function planOrdinal(
  planner: Planner,
  step: Extract<StepSpec, { step: 'ordinal' }>,
  path: Path,
): void {
  const source = planner.use([...path, 'field'], step.field, KINDS);
  const lookup = planLookup(planner, step, path, source);
  const target = planner.result(step, path, source, 'number', step.unknown === 'ignore');
  if (source === undefined || lookup === undefined) return;
  // Of the index of the policy -1 is a common value: ignored ones are told apart by the policy.
  const ignored = step.unknown === 'ignore' ? Number.NaN : NONE;
  planner.operations.push((batch, problems) => {
    const { rows, numbers } = batch;
    for (let row = 0; row < rows; row++) {
      const position = lookup(batch, row, problems);
      numbers[target * rows + row] = position === NONE ? ignored : position;
    }
  });
}

export function planOneHot(planner: Planner, step: Extract<StepSpec, { step: 'one-hot' }>, path: Path): void {
  const { field, categories, as = categories.map((category) => `${field}_${category}`), unknown } = step;
  const source = planner.use([...path, 'field'], field, KINDS);
  const lookup = planLookup(planner, step, path, source);
  const count = categories.length;
  if (as.length !== count) reportNames(planner, [...path, 'as'], as.length, count);
  const index = typeof unknown === 'object' ? unknown.index : 0;
  if (index < 0 || index >= count) {
    planner.fault([...path, 'unknown', 'index'], {
      what: 'the index is no position of the list',
      got: index,
      allowed: `0 to ${count - 1}`,
      remedy: 'Name the category that unknown ones count as, or `ignore` them.',
    });
  }
  const first = planner.allocate('number', count);
  for (const [i, name] of as.entries()) {
    const value = source && {
      kind: 'number' as const,
      nullable: false,
      slot: first + i,
      field: source.field,
    };
    planner.declare(path, name, value);
  }
  if (lookup === undefined) return;
  planner.operations.push((batch, problems) => {
    const { rows, numbers } = batch;
    for (let row = 0; row < rows; row++) {
      const position = lookup(batch, row, problems);
      if (position !== NONE) numbers[(first + position) * rows + row] = 1;
    }
  });
}

type Lookup = (batch: Batch, row: number, problems: RowProblems) => number;

/** Finds the position of a value among the categories, or what the policy says about unknown ones. */
function planLookup(
  planner: Planner,
  { categories, unknown }: CategoryStep,
  path: Path,
  source: SingleValue | undefined,
): Lookup | undefined {
  if (source === undefined) return undefined;
  const positions = new Map<string | number | null, number>();
  for (const [i, category] of categories.entries()) {
    const stored = planValue(planner, [...path, 'categories', i], category, source.kind);
    if (stored === undefined) continue;
    if (positions.has(stored)) reportTwice(planner, [...path, 'categories', i], category);
    positions.set(stored, i);
  }
  const { slot, field, kind } = source;
  if (source.nullable && unknown === 'error') reportMissing(planner, [...path, 'field'], field);
  const otherwise = typeof unknown === 'object' ? unknown.index : NONE;
  const refuse = unknown === 'error';
  return ({ rows, numbers, texts }, row, problems) => {
    const at = slot * rows + row;
    const value = kind === 'string' ? texts[at]! : numbers[at]!;
    const position = positions.get(value);
    if (position !== undefined) return position;
    if (refuse) reportUnknown(problems, `rows[${row}].${field}`, value, [...positions.keys()]);
    return otherwise;
  };
}

function reportUnknown(
  problems: RowProblems,
  at: string,
  value: string | number | null,
  known: readonly unknown[],
): void {
  problems.add('INPUT_CATEGORY', at, 'not one of the categories', {
    got: show(value),
    allowed: show(known),
    remedy: 'Send one of them.',
  });
}

function reportMissing(planner: Planner, path: Path, field: string): void {
  planner.fault(path, {
    what: `the value of "${field}" may be missing, which is no category`,
    remedy: 'Add an impute step before, a default, or `unknown: ignore` or an index.',
  });
}

function reportTwice(planner: Planner, path: Path, category: unknown): void {
  planner.fault(path, {
    what: 'the category is listed twice',
    got: category,
    remedy: 'Remove one of the two.',
  });
}

function reportNames(planner: Planner, path: Path, got: number, count: number): void {
  planner.fault(path, {
    what: 'the number of names is not that of the categories',
    got,
    allowed: String(count),
    remedy: 'Give every category its name, in the order of the list.',
  });
}
