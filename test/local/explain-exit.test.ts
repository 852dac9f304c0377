import { explainExit } from '../../lib/local/explain-exit';

const log = (fields: object) => JSON.stringify({ level: 'info', time: 'now', ...fields });

test('the problems that the runtime named, and nothing around them', () => {
  const problem = {
    code: 'SAMPLE_FAILED',
    at: 'samples.jsonl:1',
    what: 'off by 0.1',
    remedy: 'Train again.',
  };
  const lastLines = [log({ msg: 'starting' }), log({ msg: 'a model cannot serve', problems: [problem] })];
  expect(explainExit({ code: 3, signal: null, lastLines })).toBe(
    'ended with exit code 3:\n  SAMPLE_FAILED at samples.jsonl:1: off by 0.1. Train again.',
  );
});

test('a signal from outside is not explained by problems of before', () => {
  const lastLines = [
    log({ msg: 'cannot', problems: [{ code: 'X', at: '', what: '', remedy: '' }] }),
    log({ msg: 'ready' }),
  ];
  const text = explainExit({ code: null, signal: 'SIGKILL', lastLines });
  expect(text).toBe('was ended by SIGKILL; its last lines:\n  cannot\n  ready');
});

test('an error of node from its message on, not the end of its stack', () => {
  const stack = [...Array(12).keys()].map((i) => `    at frame ${i}`);
  const lastLines = ['throw err', '^', '', "Error: Cannot find module 'x'", ...stack, '', 'Node.js v20'];
  const text = explainExit({ code: 1, signal: null, lastLines });
  expect(text.split('\n').slice(0, 3)).toEqual([
    'ended with exit code 1; its last lines:',
    "  Error: Cannot find module 'x'",
    '      at frame 0',
  ]);
  expect(text.split('\n')).toHaveLength(9);
});

test('messages and causes of log lines; lines that are no JSON as they are', () => {
  const lastLines = [log({ msg: 'broken', err: { message: 'no memory' } }), '{not json', 'plain'];
  expect(explainExit({ code: 134, signal: null, lastLines })).toBe(
    'ended with exit code 134; its last lines:\n  broken: no memory\n  {not json\n  plain',
  );
});

test('says at least how it ended', () => {
  expect(explainExit({ code: 0, signal: null, lastLines: [] })).toBe('ended with exit code 0');
});
