import type { Gate } from '../../runtime/src/contract/rollouts';
import type { Answer } from '../../runtime/src/rollout/agreement';
import { gateJudge } from '../../runtime/src/rollout/gate-judge';
import { Observations } from '../../runtime/src/rollout/observations';
import { agreement, errors, latency } from './support/gates';

const seen = (observations: Observations, count: number, failed = 0, ms = 1) => {
  for (let i = 0; i < count; i++) observations.add('candidate', ms, i < failed);
};

const labelled = (label: string, score = 0.5) =>
  ({ instance: {}, predictions: [{ label, score, scores: {}, decision: label }] }) as unknown as Answer;

function compared(observations: Observations, rows: number, different: number): void {
  for (let i = 0; i < rows; i++)
    observations.compare(labelled('yes'), labelled(i < different ? 'no' : 'yes', i < different ? 0.9 : 0.5));
}

const judge = (gate: Gate, prepare: (observations: Observations) => void, now = 100) => {
  const observations = new Observations(0);
  const judged = gateJudge(gate, observations, 0);
  prepare(observations);
  return judged.judge(now);
};

describe('errors', () => {
  test('too few answers say nothing, however bad', () => {
    const finding = judge(errors, (o) => seen(o, 19, 19));
    expect(finding).toMatchObject({ verdict: 'inconclusive', value: null, samples: 19 });
    expect(finding.reason).toBe('19 answers of the candidate; 20 are needed');
  });

  test('enough bad answers fail before the window is over', () => {
    expect(judge(errors, (o) => seen(o, 20, 1), 10)).toMatchObject({ verdict: 'fail', value: 0.05 });
  });

  test('at the limit it passes', () => {
    expect(judge(errors, (o) => seen(o, 50, 1))).toMatchObject({ verdict: 'pass', value: 0.02 });
  });

  test('k of n windows: one bad window is forgiven, the second is not', () => {
    const gate: Gate = { ...errors, failAfter: { failed: 2, of: 3 } };
    const observations = new Observations(0);
    const judged = gateJudge(gate, observations, 0);
    seen(observations, 20, 10);
    expect(judged.judge(100)).toMatchObject({ verdict: 'inconclusive' });
    seen(observations, 20, 0);
    expect(judged.judge(1200)).toMatchObject({ verdict: 'pass' });
    seen(observations, 20, 10);
    const finding = judged.judge(1300);
    expect(finding).toMatchObject({ verdict: 'fail', gate: 'errors', metric: 'errors' });
    expect(finding.reason).toBe('2 of the last 3 windows failed: 10 of 20 requests failed; allowed: 0.02');
  });

  test('bad windows further back than n are forgotten', () => {
    const gate: Gate = { ...errors, failAfter: { failed: 2, of: 2 } };
    const observations = new Observations(0);
    const judged = gateJudge(gate, observations, 0);
    for (const [at, failed] of [
      [100, 10],
      [1300, 0],
      [2600, 10],
    ] as const) {
      seen(observations, 20, failed);
      expect(judged.judge(at).verdict).not.toBe('fail');
    }
  });

  test('a window that has just begun does not take back what the one before said', () => {
    const observations = new Observations(0);
    const judged = gateJudge(errors, observations, 0);
    seen(observations, 30);
    expect(judged.judge(1000).verdict).toBe('pass');
    expect(judged.judge(1001).verdict).toBe('pass');
  });
});

describe('latency', () => {
  test('is compared with stable in the same window', () => {
    const finding = judge(latency, (o) => {
      for (let i = 0; i < 40; i++) {
        o.add('stable', 2, false);
        o.add('candidate', 20, false);
      }
    });
    expect(finding.verdict).toBe('fail');
    expect(finding.reason).toMatch(
      /: p90 is 2\d\.\d ms, of stable 2\.\d+ ms; allowed: 5 times that, or 5 ms more$/,
    );
  });

  test('says nothing while stable has no answers to compare with', () => {
    expect(judge(latency, (o) => seen(o, 40, 0, 20))).toMatchObject({ verdict: 'inconclusive' });
  });

  test('the way to a process of its own is not held against a fast model', () => {
    const compared = (candidateMs: number) =>
      judge({ ...latency, maxRatioToStable: 1.5 }, (o) => {
        for (let i = 0; i < 40; i++) {
          o.add('stable', 0.1, false);
          o.add('candidate', candidateMs, false);
        }
      }).verdict;
    expect(compared(0.6)).toBe('pass');
    expect(compared(6)).toBe('fail');
  });

  test('an absolute limit needs no comparison', () => {
    const gate: Gate = { ...latency, maxMs: 10, maxRatioToStable: null };
    expect(judge(gate, (o) => seen(o, 40, 0, 20))).toMatchObject({ verdict: 'fail' });
    expect(judge(gate, (o) => seen(o, 40, 0, 5))).toMatchObject({ verdict: 'pass' });
  });
});

describe('agreement', () => {
  test('3 % flipped labels are rejected', () => {
    expect(judge(agreement, (o) => compared(o, 1000, 30))).toMatchObject({ verdict: 'fail', value: 0.97 });
  });

  test('50 rows are held, even when all agree', () => {
    expect(judge(agreement, (o) => compared(o, 50, 0))).toMatchObject({
      verdict: 'inconclusive',
      samples: 50,
    });
    const patient: Gate = { ...agreement, minSamples: 50 };
    expect(judge(patient, (o) => compared(o, 50, 0))).toMatchObject({ verdict: 'inconclusive', value: 1 });
  });

  test('what cannot be chance passes', () => {
    expect(judge(agreement, (o) => compared(o, 1000, 1))).toMatchObject({ verdict: 'pass', value: 0.999 });
  });

  test('distance of scores', () => {
    const gate: Gate = {
      name: 'scores',
      metric: 'score_distance',
      minSamples: 100,
      maxMean: 0.1,
      confidence: 0.95,
    };
    expect(judge(gate, (o) => compared(o, 400, 20))).toMatchObject({ verdict: 'pass' });
    expect(judge(gate, (o) => compared(o, 400, 200))).toMatchObject({ verdict: 'fail' });
    expect(judge(gate, (o) => compared(o, 400, 96))).toMatchObject({ verdict: 'inconclusive' });
  });
});
