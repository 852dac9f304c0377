import { formatProblem, formatProblems, type Problem, ProblemError, show } from '../../runtime/src/contract';

const problem: Problem = { code: 'X_CODE', at: 'file:3', what: 'it is wrong', remedy: 'Fix it.' };

test('a problem tells code, place, what, and what to do', () => {
  expect(formatProblem(problem)).toBe('X_CODE at file:3: it is wrong. Fix it.');
});

test('and what was given and allowed, when known', () => {
  expect(formatProblem({ ...problem, got: '1', allowed: '2' })).toBe(
    'X_CODE at file:3: it is wrong (got 1; allowed: 2). Fix it.',
  );
});

test('several are listed under their subject', () => {
  expect(formatProblems([problem, problem], 'the thing').split('\n')).toEqual([
    '2 problems in the thing:',
    '  - X_CODE at file:3: it is wrong. Fix it.',
    '  - X_CODE at file:3: it is wrong. Fix it.',
  ]);
});

test('one names its subject too, unless its place does', () => {
  expect(formatProblems([problem], 'the thing')).toBe('the thing: X_CODE at file:3: it is wrong. Fix it.');
  expect(formatProblems([problem], 'file')).toBe('X_CODE at file:3: it is wrong. Fix it.');
});

test('the error carries the problems and the code of the first', () => {
  const error = new ProblemError([problem, { ...problem, code: 'Y_CODE' }]);
  expect(error).toMatchObject({ name: 'ProblemError', code: 'X_CODE', problems: { length: 2 } });
});

test.each([
  [undefined, 'nothing'],
  ['text', '"text"'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [[1, null], '[1,null]'],
  [{ big: 10n }, '{"big":"10"}'],
  [[[[[[[[1]]]]]]], '[[[[[["..."]]]]]]'],
  ['x'.repeat(200), `"${'x'.repeat(76)}...`],
])('show(%p)', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test('what is huge or bottomless is shown as short as the rest', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(show(deep).length).toBeLessThan(30);
  expect(show(new Array(1_000_000).fill(7))).toBe(`[${'7,'.repeat(38)}...`);
  expect(show('x'.repeat(81)).endsWith('...')).toBe(true);
});
