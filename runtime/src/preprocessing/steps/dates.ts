import type { DATE_PARTS, StepSpec } from '../../contract';
import type { Operation } from '../batch';
import type { Path, Planner, Value } from '../planner';

type DateStep = Extract<StepSpec, { step: 'date' }>;
type Part = (typeof DATE_PARTS)[number];

const DAY_MS = 86_400_000;

/** 1970-01-01 was a Thursday; days of the week count from Monday. */
const EPOCH_WEEKDAY = 3;

const PARTS: Readonly<Record<Part, (ms: number) => number>> = {
  'epoch-days': (ms) => Math.floor(ms / DAY_MS),
  year: (ms) => new Date(ms).getUTCFullYear(),
  month: (ms) => new Date(ms).getUTCMonth() + 1,
  day: (ms) => new Date(ms).getUTCDate(),
  'day-of-week': (ms) => (((Math.floor(ms / DAY_MS) + EPOCH_WEEKDAY) % 7) + 7) % 7,
  hour: (ms) => new Date(ms).getUTCHours(),
};

/** First value and length of the parts that come round again. */
const CYCLES: Readonly<Partial<Record<Part, readonly [first: number, length: number]>>> = {
  month: [1, 12],
  'day-of-week': [0, 7],
  hour: [0, 24],
};

export function planDate(planner: Planner, step: DateStep, path: Path): void {
  const source = planner.use([...path, 'field'], step.field, ['date']);
  const cycle = CYCLES[step.part];
  if (step.cyclic && cycle === undefined) {
    planner.fault([...path, 'cyclic'], {
      what: `${step.part} does not come round again`,
      allowed: `cyclic with ${Object.keys(CYCLES).join(', ')}`,
      remedy: 'Remove `cyclic`.',
    });
  }
  const names = namesOf(planner, step, path);
  const first = planner.allocate('number', names.length);
  for (const [i, name] of names.entries()) planner.declare(path, name, result(source, first + i));
  if (source === undefined) return;
  const part = PARTS[step.part];
  if (!step.cyclic || cycle === undefined) {
    planner.operations.push(each(source.slot, first, part));
    return;
  }
  const angle = (ms: number): number => (2 * Math.PI * (part(ms) - cycle[0])) / cycle[1];
  planner.operations.push(
    each(source.slot, first, (ms) => Math.sin(angle(ms))),
    each(source.slot, first + 1, (ms) => Math.cos(angle(ms))),
  );
}

function namesOf(planner: Planner, { field, part, cyclic, as }: DateStep, path: Path): readonly string[] {
  const base = `${field}_${part}`;
  const names = cyclic ? [`${base}_sin`, `${base}_cos`] : [base];
  if (as === undefined || as.length === names.length) return as ?? names;
  planner.fault([...path, 'as'], {
    what: 'the number of names does not fit',
    got: as.length,
    allowed: String(names.length),
    remedy: cyclic ? 'Name the sine and the cosine.' : 'Give one name.',
  });
  return names;
}

function result(source: Value | undefined, slot: number): Value | undefined {
  return source && { kind: 'number', nullable: source.nullable, slot, field: source.field };
}

function each(from: number, to: number, apply: (ms: number) => number): Operation {
  return ({ rows, numbers }) => {
    for (let row = 0; row < rows; row++) {
      const ms = numbers[from * rows + row]!;
      numbers[to * rows + row] = Number.isNaN(ms) ? ms : apply(ms);
    }
  };
}
