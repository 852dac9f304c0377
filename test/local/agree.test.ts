import type { RolloutPhase, RolloutStatus } from '@inferstack/runtime/contract';
import { demandsToAgree } from '../../lib/local/rollouts/agree';
import { mergeRollouts } from '../../lib/local/rollouts/merge-rollouts';

const none = { requests: 0, errors: 0, p50Ms: null, p99Ms: null };

const status = (phase: RolloutPhase, change: Partial<RolloutStatus> = {}): RolloutStatus => ({
  ...{ model: 'echo', stable: '1', candidate: '2', phase, step: 1, steps: 2, percent: 10, shadowPercent: 0 },
  ...{ cause: { actor: 'gate', reason: 'so' }, verdict: 'hold', gates: [] },
  ...{ variants: { stable: none, candidate: none } },
  agreement: { rows: 0, ratio: null, meanScoreDistance: null },
  ...change,
});

const views = (...statuses: RolloutStatus[]) =>
  statuses.map((one, i) => ({ replica: String(i), status: one }));
const demands = (...phases: RolloutPhase[]) =>
  demandsToAgree(views(...phases.map((phase) => status(phase)))).map(
    ({ replica, action }) => `${replica} ${action}`,
  );

test.each<[RolloutPhase[], string[]]>([
  [['running', 'held', 'waiting'], []],
  [
    ['running', 'rolled_back', 'promoted', 'waiting'],
    ['0 rollback', '2 rollback', '3 rollback'],
  ],
  [
    ['stopped', 'running', 'promoted'],
    ['1 stop', '2 rollback'],
  ],
  [['stopped', 'rolled_back'], []],
  // By the gates: the others have gates of their own.
  [['promoted', 'running'], []],
])('%j: %j', (phases, expected) => {
  expect(demands(...phases)).toEqual(expected);
});

test('a promotion by hand counts for all that can follow', () => {
  const byHand = status('promoted', { cause: { actor: 'ada', reason: 'fine' } });
  expect(demandsToAgree(views(status('held'), byHand, status('waiting')))).toEqual([
    { replica: '0', model: 'echo', action: 'promote', reason: 'replica 1: fine' },
  ]);
});

test('models agree each for itself', () => {
  const other = status('rolled_back', { model: 'other' });
  expect(demandsToAgree(views(status('running'), other))).toEqual([]);
});

describe('as one', () => {
  const phase = (...phases: RolloutPhase[]) =>
    mergeRollouts(views(...phases.map((one) => status(one))))[0]!.phase;

  test('promoted when all are, ended when one went back', () => {
    expect(phase('promoted', 'promoted')).toBe('promoted');
    expect(phase('promoted', 'running')).toBe('running');
    expect(phase('promoted', 'waiting')).toBe('waiting');
    expect(phase('running', 'rolled_back')).toBe('rolled_back');
    expect(phase('held', 'running')).toBe('running');
  });

  test('the worst of each gate, and figures of all', () => {
    const gate = { gate: 'errors', metric: 'errors', value: 0, samples: 9, reason: 'r' } as const;
    const seen = (requests: number, p99Ms: number) => ({ ...none, requests, errors: 1, p50Ms: 1, p99Ms });
    const [merged] = mergeRollouts(
      views(
        status('running', {
          gates: [{ ...gate, verdict: 'pass' }],
          variants: { stable: seen(10, 3), candidate: none },
          agreement: { rows: 30, ratio: 1, meanScoreDistance: 0 },
        }),
        status('running', {
          percent: 50,
          step: 2,
          gates: [{ ...gate, verdict: 'inconclusive' }],
          variants: { stable: seen(5, 7), candidate: none },
          agreement: { rows: 10, ratio: 0.6, meanScoreDistance: 0.4 },
        }),
      ),
    );
    expect(merged).toMatchObject({ percent: 30, step: 1, gates: [{ verdict: 'inconclusive' }] });
    expect(merged!.variants.stable).toEqual({ requests: 15, errors: 2, p50Ms: 1, p99Ms: 7 });
    expect(merged!.agreement).toEqual({ rows: 40, ratio: 0.9, meanScoreDistance: 0.1 });
  });
});
