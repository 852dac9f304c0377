import { Deadlines } from '../../runtime/src/inference/deadlines';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

test('what is not done in time is called back, once and in order', () => {
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(100, (item) => expired.push(item));
  deadlines.add('first');
  jest.advanceTimersByTime(60);
  deadlines.add('second');
  jest.advanceTimersByTime(39);
  expect(expired).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(expired).toEqual(['first']);
  jest.advanceTimersByTime(60);
  expect(expired).toEqual(['first', 'second']);
  jest.advanceTimersByTime(1000);
  expect(expired).toEqual(['first', 'second']);
});

test('what is done is not called back, wherever it stands in the line', () => {
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(100, (item) => expired.push(item));
  const [a, , c] = ['a', 'b', 'c', 'd'].map((item) => deadlines.add(item));
  deadlines.remove(a!);
  deadlines.remove(c!);
  jest.advanceTimersByTime(200);
  expect(expired).toEqual(['b', 'd']);
});

test('removing what has expired, or was removed before, changes nothing', () => {
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(100, (item) => expired.push(item));
  const late = deadlines.add('late');
  jest.advanceTimersByTime(100);
  const next = deadlines.add('next');
  deadlines.remove(late);
  deadlines.remove(next);
  deadlines.remove(next);
  deadlines.add('last');
  jest.advanceTimersByTime(100);
  expect(expired).toEqual(['late', 'last']);
});

test('no timer is left when nothing is waited for', () => {
  const deadlines = new Deadlines<string>(100, () => undefined);
  deadlines.remove(deadlines.add('done'));
  jest.advanceTimersByTime(100);
  expect(jest.getTimerCount()).toBe(0);
});
