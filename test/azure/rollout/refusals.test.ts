import { Duration, Gate, Rollout } from 'inferstack';
import { problemsOf } from '../../support/endpoint';
import { expectUnsupported, type Unsupported } from '../support/expect-unsupported';
import { bindPlan, type Options, type Props, planOf, synthesize } from '../support/synthesize';

const seconds = (amount: number) => Duration.seconds(amount);
const hours = (amount: number) => Duration.hours(amount);
/** Rollouts by steps need to know of earlier models. */
const none = { modelStorage: { previousModels: [] } };
const canaryWith = (gate: Gate, bake = Duration.minutes(30)) => ({
  rollout: Rollout.canary({ bake, gates: [gate] }),
});
const thrice = { failAfter: { failed: 3, of: 3 } };

/** Code, the option it is about, what must be in the message, options, props. */
const REFUSED: [string, string, string, Options?, Props?][] = [
  [
    'AZURE_PREVIOUS_MODEL',
    'target.modelStorage.previousModels',
    'say \\[\\] for',
    {},
    { rollout: Rollout.canary() },
  ],
  ['AZURE_ROLLOUT_SHARE', 'rollout.percent', 'Use 3', none, { rollout: Rollout.canary({ percent: 2.5 }) }],
  ['AZURE_ROLLOUT_SHARE', 'rollout.percent', 'Use 99', none, { rollout: Rollout.canary({ percent: 99.6 }) }],
  [
    'AZURE_ROLLOUT_SHARE',
    'rollout.step',
    'whole percents',
    none,
    { rollout: Rollout.linear({ step: 12.5 }) },
  ],
  [
    'AZURE_RELEASE',
    'target.release',
    '1 to 999999',
    { ...none, release: 0 },
    { rollout: Rollout.blueGreen() },
  ],
  [
    'AZURE_RELEASE',
    'target.release',
    '1 to 999999',
    { ...none, release: 1e6 },
    { rollout: Rollout.blueGreen() },
  ],
  ['AZURE_RELEASE', 'target.release', 'Leave release out', { release: 2 }],
  ['AZURE_GATE', 'rollout.gates', '1, 5, 10', none, canaryWith(Gate.errors({ window: Duration.minutes(7) }))],
  [
    'AZURE_GATE',
    'rollout.gates',
    'failed <= of <= 6',
    none,
    canaryWith(Gate.errors({ failAfter: { failed: 1, of: 7 } })),
  ],
  [
    'AZURE_GATE',
    'rollout.gates',
    '2880',
    none,
    canaryWith(Gate.errors({ window: Duration.hours(24) }), hours(48)),
  ],
  [
    'AZURE_GATE',
    'rollout.gates',
    'before the gate slow could fail.*2700 s of failed windows, 2100 s',
    none,
    canaryWith(
      Gate.latency({ name: 'slow', max: Duration.millis(50), window: Duration.minutes(15), ...thrice }),
    ),
  ],
  [
    'AZURE_ROLLOUT_TIME',
    'rollout.bake',
    'at least 300 s',
    none,
    { rollout: Rollout.canary({ bake: seconds(200), finalBake: seconds(99) }) },
  ],
  [
    'AZURE_STATE_TAG',
    'target.tags.Inferstack-Stable',
    'another name',
    { ...none, tags: { 'Inferstack-Stable': 'x' } },
    { rollout: Rollout.canary() },
  ],
];

// No five parameters: jest takes one that a row does not fill for a callback, and waits for it.
test.each(REFUSED)('%s at %s: %s', (...row) => {
  const [code, option, text, options, props] = row;
  const problems = problemsOf(() => synthesize(options, props));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(problems[0]!.at).toBe(`Serving/Endpoint: ${option}`);
  expect(JSON.stringify(problems[0])).toMatch(new RegExp(text));
});

test('a gate whose windows take just as long as the rollout is taken', () => {
  const gate = Gate.errors({ window: Duration.minutes(15), failAfter: { failed: 2, of: 2 } });
  const rollout = Rollout.canary({
    bake: Duration.minutes(20),
    finalBake: Duration.minutes(10),
    gates: [gate],
  });
  expect(() => synthesize(none, { rollout })).not.toThrow();
});

const UNSUPPORTED: Unsupported[] = [
  ['rollout.gates', 'candidate', none, canaryWith(Gate.agreement())],
  ['rollout.gates', 'Give max', none, canaryWith(Gate.latency())],
  [
    'scaling.minReplicas',
    'Keep one replica',
    none,
    { rollout: Rollout.canary(), scaling: { minReplicas: 0, requestsPerReplica: 5 } },
  ],
];

test.each(UNSUPPORTED)('%s is refused, not dropped: %s', (...row) => expectUnsupported(...row));

test('numbers of a rollout by steps must be known', () => {
  const plan = planOf(none, { rollout: Rollout.canary() });
  const token = -1.8881545897087626e289;
  const { rollout, scaling } = plan;
  const unknown = {
    ...plan,
    scaling: { ...scaling, maxReplicas: token },
    rollout: { ...rollout, bakeSeconds: token, steps: [{ percent: token, holdSeconds: 600 }] },
  };
  expect(problemsOf(() => bindPlan(unknown, none)).map(({ at }) => at)).toEqual(
    ['rollout.bake', 'rollout.percent', 'scaling.maxReplicas'].map((prop) => `Serving/Endpoint: ${prop}`),
  );
});
