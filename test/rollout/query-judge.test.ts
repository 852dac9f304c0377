import { Observations } from '../../runtime/src/rollout/observations';
import { QueryJudge } from '../../runtime/src/rollout/query-judge';
import { figure } from './support/gates';

const turn = () => new Promise(setImmediate);

/** A gate whose figures the test gives: numbers, nothing, or a failure. */
function open(change: Partial<typeof figure> = {}, samples = 20) {
  const observations = new Observations(0);
  for (let i = 0; i < samples; i++) observations.add('candidate', 1, false);
  let asked = 0;
  let next: () => Promise<number | undefined> = () => Promise.resolve(undefined);
  const judge = new QueryJudge({ ...figure, ...change }, observations, () => {
    asked++;
    return next();
  });
  const at = async (now: number, answer: number | undefined | Error) => {
    next = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
    judge.judge(now);
    await turn();
    return judge.judge(now);
  };
  return { judge, at, asked: () => asked, hang: () => (next = () => new Promise(() => undefined)) };
}

test('a figure within bounds passes, one beyond fails', async () => {
  const { at } = open();
  expect(await at(0, 4)).toMatchObject({ verdict: 'pass', value: 4, gate: 'orders', metric: 'prometheus' });
  const failed = await at(1000, 5.5);
  expect(failed).toMatchObject({
    verdict: 'fail',
    value: 5.5,
    reason: 'the figure is 5.5; allowed: at most 5',
  });
});

test('a lower bound, and both', async () => {
  expect((await open({ max: null, min: 2 } as never).at(0, 1)).reason).toContain('allowed: at least 2');
  expect((await open({ min: 2 } as never).at(0, 1)).verdict).toBe('fail');
  expect((await open({ min: 2 } as never).at(0, 3)).verdict).toBe('pass');
});

test('is asked every window, and one query at a time', async () => {
  const { judge, at, asked, hang } = open();
  await at(0, 4);
  await at(999, 4);
  expect(asked()).toBe(1);
  await at(1000, 4);
  expect(asked()).toBe(2);
  hang();
  for (const now of [2000, 3000, 4000]) expect(judge.judge(now)).toMatchObject({ verdict: 'pass' });
  expect(asked()).toBe(3);
});

test('a server that does not answer takes back what it said before, and fails nothing', async () => {
  const { at } = open();
  await at(0, 4);
  const finding = await at(1000, new Error('connect ECONNREFUSED'));
  expect(finding).toMatchObject({ verdict: 'inconclusive', value: null });
  expect(finding.reason).toBe('the query was not answered: connect ECONNREFUSED');
  expect((await at(2000, 4)).verdict).toBe('pass');
});

test.each([undefined, Number.NaN])('%s says nothing', async (value) => {
  expect(await open().at(0, value)).toMatchObject({ verdict: 'inconclusive', value: null });
});

test('k of n: one bad figure is forgiven, the second is not', async () => {
  const { at } = open({ failAfter: { failed: 2, of: 3 } } as never);
  expect(await at(0, 9)).toMatchObject({ verdict: 'inconclusive', value: 9 });
  expect(await at(1000, 1)).toMatchObject({ verdict: 'pass' });
  const finding = await at(2000, 9);
  expect(finding.verdict).toBe('fail');
  expect(finding.reason).toBe(
    '2 of the last 3 figures failed (2 are enough): the figure is 9; allowed: at most 5',
  );
});

test('nobody is asked before the candidate has answered enough', async () => {
  const { at, asked } = open({}, 19);
  expect(await at(0, 9)).toMatchObject({ verdict: 'inconclusive', samples: 19 });
  expect(asked()).toBe(0);
});
