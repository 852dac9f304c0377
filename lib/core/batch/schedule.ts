import { type Problem, show } from '@inferstack/runtime/contract';
import { type CronFields, parseCron } from './cron';

/** When a job runs. */
export interface SchedulePlan {
  /** Minute, hour, day of the month, month, day of the week (0 is Sunday), as in crontab. */
  readonly cron: string;
  /** Name of the IANA time zone database. */
  readonly timeZone: string;
}

export interface ScheduleOptions {
  /** Time zone of the times, by its IANA name. @default 'UTC' */
  readonly timeZone?: string;
}

export interface DailyOptions extends ScheduleOptions {
  /** Hour, 0 to 23. */
  readonly hour: number;
  /** Minute, 0 to 59. @default 0 */
  readonly minute?: number;
}

export interface WeeklyOptions extends DailyOptions {
  /** Day of the week: 0 is Sunday, 6 is Saturday. */
  readonly day: number;
}

/** When a job runs, said once for all platforms. */
export class Schedule {
  /** Every hour, at a minute of it. @param minute 0 to 59 */
  static hourly(minute = 0, options: ScheduleOptions = {}): Schedule {
    return Schedule.cron(`${minute} * * * *`, options);
  }

  static daily({ hour, minute = 0, ...options }: DailyOptions): Schedule {
    return Schedule.cron(`${minute} ${hour} * * *`, options);
  }

  static weekly({ day, hour, minute = 0, ...options }: WeeklyOptions): Schedule {
    return Schedule.cron(`${minute} ${hour} * * ${day}`, options);
  }

  /**
   * By an expression of five fields, as in crontab: numbers, `*`, lists, ranges and steps. Names (`MON`) and macros
   * (`@daily`) are not understood alike everywhere, and are refused.
   */
  static cron(expression: string, { timeZone = 'UTC' }: ScheduleOptions = {}): Schedule {
    return new Schedule(expression, timeZone);
  }

  private constructor(
    private readonly expression: string,
    private readonly timeZone: string,
  ) {}

  bind(at: string, problems: Problem[]): SchedulePlan {
    const cron = this.expression.trim().replace(/\s+/g, ' ');
    const { fields, finding } = parseCron(cron);
    if (finding !== undefined) {
      problems.push({ code: 'PLAN_SCHEDULE', at, got: show(cron), ...finding });
    }
    if (!isTimeZone(this.timeZone)) problems.push(noSuchZone(at, this.timeZone));
    if (fields !== undefined && longestGapSeconds(fields) === undefined) problems.push(never(at, cron));
    return { cron, timeZone: this.timeZone };
  }
}

const DAY_SECONDS = 86_400;
/** Long enough to see every date on every day of the week; leap days included. */
const FROM = Date.UTC(2024, 0, 1) / 1000;
const DAYS = 28 * 366;

/**
 * The longest time between two runs, seconds; undefined when there are none. The hour that a time zone may add in autumn is
 * not counted.
 */
export function longestGapSeconds(fields: CronFields): number | undefined {
  const times = fields.hour.flatMap((hour) => fields.minute.map((minute) => hour * 3600 + minute * 60));
  const [earliest, latest] = [times[0]!, times.at(-1)!];
  let longest = Math.max(0, ...times.slice(1).map((time, i) => time - times[i]!));
  let last: number | undefined;
  let runs = 0;
  for (let day = 0; day < DAYS; day++) {
    if (!fallsOn(fields, new Date((FROM + day * DAY_SECONDS) * 1000))) continue;
    runs += 1;
    if (last !== undefined) longest = Math.max(longest, (day - last) * DAY_SECONDS + earliest - latest);
    last = day;
  }
  return runs < 2 ? undefined : longest;
}

function fallsOn({ month, dayOfMonth, dayOfWeek }: CronFields, date: Date): boolean {
  return (
    month.includes(date.getUTCMonth() + 1) &&
    dayOfMonth.includes(date.getUTCDate()) &&
    dayOfWeek.includes(date.getUTCDay())
  );
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

const noSuchZone = (at: string, timeZone: string): Problem => ({
  code: 'PLAN_SCHEDULE',
  at: `${at}.timeZone`,
  what: 'there is no such time zone',
  got: show(timeZone),
  allowed: 'a name of the IANA time zone database: UTC, Europe/Berlin',
  remedy: 'Correct the name.',
});

const never = (at: string, cron: string): Problem => ({
  code: 'PLAN_SCHEDULE',
  at,
  what: 'the days of the schedule never come',
  got: show(cron),
  allowed: 'days that the calendar has',
  remedy: 'Correct day and month.',
});
