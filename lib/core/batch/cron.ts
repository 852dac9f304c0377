/** The values of each field, ascending. */
export interface CronFields {
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly dayOfMonth: readonly number[];
  readonly month: readonly number[];
  /** 0 is Sunday. */
  readonly dayOfWeek: readonly number[];
}

export interface CronFinding {
  readonly what: string;
  readonly allowed: string;
  readonly remedy: string;
}

const FIELDS = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of the month', 1, 31],
  ['month', 1, 12],
  ['day of the week', 0, 6],
] as const;

/** Reads a schedule of five fields. Source: POSIX crontab, with the steps that every scheduler has. */
export function parseCron(expression: string): {
  readonly fields?: CronFields;
  readonly finding?: CronFinding;
} {
  const parts = expression.split(' ');
  if (parts.length !== FIELDS.length) {
    return {
      finding: finding(`the schedule has ${parts.length} fields`, 'five: minute hour day month weekday'),
    };
  }
  if (parts[2] !== '*' && parts[4] !== '*') {
    return {
      finding: finding(
        'both days are restricted: some schedulers run when either falls, others cannot say it',
        '* for the day of the month, or for the day of the week',
      ),
    };
  }
  const values = FIELDS.map(([, min, max], i) => fieldValues(parts[i]!, min, max));
  const wrong = values.indexOf(undefined);
  if (wrong !== -1) {
    const [name, min, max] = FIELDS[wrong]!;
    return {
      finding: finding(
        `the ${name} cannot be ${JSON.stringify(parts[wrong])}`,
        `numbers ${min} to ${max}, *, lists (1,2), ranges (1-5), steps (*/15)`,
      ),
    };
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = values as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  return { fields: { minute, hour, dayOfMonth, month, dayOfWeek } };
}

/** undefined: not a field. */
function fieldValues(text: string, min: number, max: number): number[] | undefined {
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const match = /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item);
    if (match === null) return undefined;
    const [, any, first, last, step] = match;
    // `5/10` means from 5 on to some schedulers and 5 alone to others.
    if (any === undefined && last === undefined && step !== undefined) return undefined;
    const from = any === undefined ? Number(first) : min;
    const to = any === undefined ? Number(last ?? first) : max;
    const by = Number(step ?? 1);
    if (from < min || to > max || from > to || by < 1) return undefined;
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

const finding = (what: string, allowed: string): CronFinding => ({
  what,
  allowed,
  remedy: 'Correct the expression, or use Schedule.daily().',
});
