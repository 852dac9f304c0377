import { parseCron, Schedule } from 'inferstack';
import { longestGapSeconds } from '../../../lib/core/batch/schedule';
import { fakeJob } from '../../support/batch';
import { problemsOf } from '../../support/endpoint';

const gapHours = (cron: string) => longestGapSeconds(parseCron(cron).fields!)! / 3600;

test.each([
  ['0 * * * *', 1],
  ['*/15 * * * *', 0.25],
  ['0 3 * * *', 24],
  ['0 8,20 * * *', 12],
  ['30 9-17 * * *', 16],
  ['0 6 * * 1-5', 72],
  ['0 3 * * 0', 168],
  ['0 0 1 * *', 31 * 24],
  ['0 0 29 2 *', (4 * 365 + 1) * 24],
])('%s leaves %d hours at most between two runs', (cron, hours) => {
  expect(gapHours(cron)).toBe(hours);
});

test('what is said in words is cron', () => {
  const plans = [
    Schedule.hourly(30),
    Schedule.daily({ hour: 3, minute: 5, timeZone: 'Europe/Berlin' }),
    Schedule.weekly({ day: 0, hour: 4 }),
    Schedule.cron(' 0  3 * * 1-5 '),
  ].map((schedule) => schedule.bind('schedule', []));
  expect(plans).toEqual([
    { cron: '30 * * * *', timeZone: 'UTC' },
    { cron: '5 3 * * *', timeZone: 'Europe/Berlin' },
    { cron: '0 4 * * 0', timeZone: 'UTC' },
    { cron: '0 3 * * 1-5', timeZone: 'UTC' },
  ]);
});

test.each([
  ['four fields', '0 3 * *', 'the schedule has 4 fields'],
  ['a minute there is not', '60 3 * * *', 'the minute cannot be "60"'],
  ['a range backwards', '0 17-9 * * *', 'the hour cannot be "17-9"'],
  ['a step from a number, which schedulers read differently', '5/10 * * * *', 'the minute cannot be "5/10"'],
  ['a name', '0 3 * * MON', 'the day of the week cannot be "MON"'],
  ['Sunday as 7', '0 3 * * 7', 'the day of the week cannot be "7"'],
  [
    'both days',
    '0 3 1 * 1',
    'both days are restricted: some schedulers run when either falls, others cannot say it',
  ],
  ['days that never come', '0 3 30 2 *', 'the days of the schedule never come'],
])('refused: %s', (_, cron, what) => {
  expect(problemsOf(() => fakeJob({ schedule: Schedule.cron(cron) }))).toEqual([
    expect.objectContaining({
      code: 'PLAN_SCHEDULE',
      at: 'Clinic/NightlyScores: schedule',
      got: `"${cron}"`,
      what,
    }),
  ]);
});

test('refused: a time zone there is not', () => {
  const schedule = Schedule.daily({ hour: 3, timeZone: 'Europe/Nowhere' });
  expect(problemsOf(() => fakeJob({ schedule }))).toEqual([
    expect.objectContaining({ code: 'PLAN_SCHEDULE', got: '"Europe/Nowhere"' }),
  ]);
});
