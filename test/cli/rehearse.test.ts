import type { RehearsalOutcome } from '@inferstack/runtime/contract';
import { ProblemError } from '@inferstack/runtime/contract';
import type { CliIo } from '../../lib/cli/cli-io';
import { rehearseCommand } from '../../lib/cli/rehearse';
import type { RehearseOptions } from '../../lib/local';
import { runCli } from '../support/run-cli';

const version = { requests: 100, errors: 0, p50Ms: 0.1, p99Ms: 1.5 };
const outcome: RehearsalOutcome = {
  ...{ model: 'm', verdict: 'promote', reason: 'all gates pass', steps: 2, step: 2, simulatedMs: 1_505_000 },
  ...{ detectMs: null, requests: 120, exposed: 20, lost: 0, refused: 1, firstRefusal: 'too wide' },
  events: [],
  gates: [
    {
      ...{ name: 'errors', metric: 'errors', verdict: 'pass', sinceMs: 61_000 },
      ...{ value: 0, samples: 20, reason: '0 of 20 requests failed' },
    },
  ],
  unjudged: ['orders'],
  stable: { version: '1', ...version },
  candidate: { version: '2', ...version },
  agreement: { rows: 20, ratio: 0.95 },
};

/** Runs the command with a rehearsal that comes to that. */
async function run(args: readonly string[], result: Partial<RehearsalOutcome> | Error) {
  const seen = { out: '', err: '', asked: undefined as RehearseOptions | undefined };
  const io: CliIo = {
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    colours: false,
    exitCode: 0,
  };
  const command = rehearseCommand(io, async (_, options) => {
    seen.asked = options;
    if (result instanceof Error) throw result;
    options.onEvent?.({
      atMs: 1_200_000,
      action: 'advance',
      actor: 'gate',
      reason: 'all gates pass',
      percent: 50,
    });
    return { ...outcome, ...result };
  });
  await command.parseAsync(['app.ts', ...args], { from: 'user' });
  return { ...seen, code: io.exitCode };
}

test.each([
  ['promote', 0],
  ['reject', 1],
  ['hold', 3],
] as const)('%s ends with %d', async (verdict, code) => {
  expect(await run(['--generate', '10'], { verdict })).toMatchObject({ code });
});

test('tells event by event, gate by gate, and what it came to', async () => {
  const { out } = await run(['--generate', '10'], {});
  expect(out).toContain('00:20:00  advance     50 %  all gates pass');
  expect(out).toMatch(/errors +pass +00:01:01 +20 +0 of 20 requests failed/);
  expect(out).toContain('2 of 2, 00:25:05 of simulated time');
  expect(out).toContain('120, 20 answered by the candidate, 0 lost');
  expect(out).toContain('1 request did not fit the model; the first was told: too wide');
  expect(out).toContain('another server would have to: orders');
  expect(out).toMatch(/promote {2}all gates pass\n$/);
});

test('as JSON it is the outcome and nothing else', async () => {
  const { out } = await run(['--traffic', 't.jsonl', '--json'], {});
  expect(JSON.parse(out)).toEqual(outcome);
});

test('options reach the rehearsal', async () => {
  const args = ['credit-risk', '--traffic', 't.jsonl', '--rate', '0.5', '--stable', 'models/1'];
  const traffic = { kind: 'recorded', file: 't.jsonl' };
  expect((await run(args, {})).asked).toMatchObject({
    endpoint: 'credit-risk',
    traffic,
    rate: 0.5,
    stable: 'models/1',
  });
  expect((await run(['--generate', '5', '--seed', '7'], {})).asked).toMatchObject({
    traffic: { kind: 'generated', count: 5, seed: 7 },
    rate: null,
  });
});

test('what cannot be rehearsed ends with 2', async () => {
  const problem = { code: 'LOCAL_REHEARSAL', at: 'here', what: 'nothing to compare', remedy: 'Give one.' };
  const { code, err } = await run(['--generate', '5'], new ProblemError([problem]));
  expect([code, err]).toEqual([2, expect.stringContaining('nothing to compare')]);
});

test.each([
  [[]],
  [['--generate', '1', '--traffic', 't']],
  [['--generate', '-1']],
  [['--generate', '1', '--rate', '0']],
])('wrong usage %j', async (args) => {
  expect((await runCli(['rehearse', 'app.ts', ...args])).code).toBe(2);
});
