import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import {
  Duration,
  Gate,
  type ModelEndpointProps,
  ModelSource,
  Rollout,
  SecretRef,
  type TrialOptions,
} from 'inferstack';
import { exampleModel, fakeEndpoint, problemsOf } from '../support/endpoint';
import { manifestWith, removeTemporaryDirectories, writePackage } from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const source = (name: string, version: string) => ModelSource.fromDirectory(exampleModel(name, version));
const candidate = source('breast-cancer', '2');
const max = Gate.latency({ max: Duration.seconds(1) });
type Props = Pick<ModelEndpointProps<unknown>, 'monitoring' | 'runtime'>;
const endpoint = (rollout: Rollout, props: Props = {}) => fakeEndpoint({ rollout, ...props });
const told = (rollout: Rollout, props: Props = {}) =>
  problemsOf(() => endpoint(rollout, props)).map(({ code, at }) => `${code} ${at.replace(/^.*?: /, '')}`);

describe('by the platform', () => {
  const { minutes } = Duration;
  test.each([
    ['allAtOnce', Rollout.allAtOnce({ bake: minutes(1) }), [], 60],
    ['rolling', Rollout.rolling({ bake: minutes(2) }), [], 120],
    ['canary', Rollout.canary(), [[10, 1800]], 300],
    ['canary', Rollout.canary({ percent: 5, bake: minutes(1), finalBake: minutes(2) }), [[5, 60]], 120],
    [
      'linear',
      Rollout.linear({ step: 30, interval: minutes(1) }),
      [
        [30, 60],
        [60, 60],
        [90, 60],
      ],
      300,
    ],
    ['linear', Rollout.linear({ step: 50 }), [[50, 600]], 300],
    ['blueGreen', Rollout.blueGreen(), [], 1800],
  ])('%s', (strategy, rollout, steps, bakeSeconds) => {
    const { plan } = endpoint(rollout);
    expect(plan.rollout).toEqual({
      ...{ strategy, bakeSeconds, timeoutSeconds: 900, gates: [] },
      steps: steps.map(([percent, holdSeconds]) => ({ percent, holdSeconds })),
    });
    expect([plan.models.length, plan.runtime.rollouts]).toEqual([1, []]);
  });
});

describe('by the runtime, which serves both versions', () => {
  test('a canary: its shares, then all of them, and what it must not do worse', () => {
    const { plan, runtimeConfig } = endpoint(Rollout.canary({ candidate, bake: Duration.minutes(1) }));
    expect(plan.models.map(({ manifest }) => manifest.version)).toEqual(['1', '2']);
    expect(plan.rollout).toMatchObject({ strategy: 'rolling', steps: [] });
    const trial = {
      ...{ model: 'breast-cancer', stable: '1', candidate: '2' },
      steps: [
        { percent: 10, shadowPercent: 0, holdMs: 60_000 },
        { percent: 100, shadowPercent: 0, holdMs: 300_000 },
      ],
      gates: [
        expect.objectContaining({ metric: 'errors', maxRatio: 0.01, failAfter: { failed: 2, of: 3 } }),
        expect.objectContaining({ metric: 'latency', quantile: 0.99, maxMs: null, maxRatioToStable: 1.5 }),
      ],
      ...{ stickyHeader: null, promotion: 'automatic', onInconclusive: 'hold', fallbackMs: 5000 },
    };
    expect(plan.runtime.rollouts).toEqual([expect.objectContaining(trial)]);
    expect(parseRuntimeConfig(JSON.stringify(runtimeConfig)).rollouts).toEqual({
      adminKeys: null,
      rollouts: plan.runtime.rollouts,
    });
  });

  test('answers are compared as soon as a gate asks for it', () => {
    const gates = [Gate.agreement({ min: 0.98 }), Gate.scoreDistance({ maxMean: 0.05 })];
    const { plan } = endpoint(Rollout.linear({ step: 50, candidate, gates }));
    expect(plan.runtime.rollouts[0]!.steps.map((step) => [step.percent, step.shadowPercent])).toEqual([
      [50, 20],
      [100, 20],
    ]);
    expect(plan.runtime.rollouts[0]!.gates).toEqual([
      { name: 'agreement', metric: 'agreement', minSamples: 500, confidence: 0.95, minRatio: 0.98 },
      { name: 'score-distance', metric: 'score_distance', minSamples: 500, confidence: 0.95, maxMean: 0.05 },
    ]);
  });

  test('a figure that Prometheus knows', () => {
    const url = 'http://prometheus.monitoring.svc:9090';
    const query = 'sum(rate(orders_lost_total[5m]))';
    const gates = [
      Gate.metric({ name: 'orders', url, query, max: 0.5 }),
      Gate.metric({ name: 'stock', url, query, min: 1, minSamples: 50, interval: Duration.seconds(30) }),
    ];
    const [rollout] = endpoint(Rollout.canary({ candidate, gates })).plan.runtime.rollouts;
    const common = { metric: 'prometheus', failAfter: { failed: 2, of: 3 }, url, query } as const;
    expect(rollout!.gates).toEqual([
      { ...common, name: 'orders', minSamples: 1, windowMs: 60_000, max: 0.5, min: null },
      { ...common, name: 'stock', minSamples: 50, windowMs: 30_000, max: null, min: 1 },
    ]);
  });

  test('blue-green takes all requests at once, a shadow none', () => {
    const [blueGreen] = endpoint(Rollout.blueGreen({ candidate })).plan.runtime.rollouts;
    expect(blueGreen!.steps).toEqual([{ percent: 100, shadowPercent: 0, holdMs: 1_800_000 }]);
    expect(blueGreen!.gates.map(({ metric }) => metric)).toEqual(['errors']);
    const [shadow] = endpoint(Rollout.shadow({ candidate, sample: 25 })).plan.runtime.rollouts;
    expect(shadow!.steps).toEqual([{ percent: 0, shadowPercent: 25, holdMs: 3_600_000 }]);
    expect(shadow!.promotion).toBe('manual');
    expect(shadow!.gates.map(({ metric }) => metric)).toEqual(['agreement', 'errors', 'latency']);
  });

  test('the keys of administrators are named by place alone, also for a shadow', () => {
    const adminKeys = SecretRef.at({ kubernetes: { secretName: 'rollouts', key: 'keys' } });
    for (const rollout of [
      Rollout.canary({ candidate, trial: { adminKeys } }),
      Rollout.shadow({ candidate, trial: { adminKeys } }),
    ])
      expect(endpoint(rollout).plan.runtime.rolloutKeys).toEqual({
        kubernetes: { secretName: 'rollouts', key: 'keys' },
      });
    expect(endpoint(Rollout.canary({ candidate })).plan.runtime.rolloutKeys).toBeNull();
    const nowhere = Rollout.canary({ candidate, trial: { adminKeys: SecretRef.at({}) } });
    expect(told(nowhere)).toEqual(['PLAN_SECRET rollout.trial.adminKeys']);
  });

  test('every option of the trial is kept', () => {
    const trial: TrialOptions = {
      compare: 40,
      stickyHeader: 'X-User',
      promotion: 'manual',
      onInconclusive: 'rollback',
      fallback: Duration.millis(700),
      memoryMiB: 300,
    };
    const [rollout] = endpoint(Rollout.canary({ candidate, trial })).plan.runtime.rollouts;
    expect(rollout).toMatchObject({
      ...{ stickyHeader: 'x-user', promotion: 'manual', onInconclusive: 'rollback', fallbackMs: 700 },
      candidateMemoryBytes: 300 * 1024 ** 2,
    });
    expect(rollout!.steps[0]!.shadowPercent).toBe(40);
  });

  test('stable keeps half of a short time', () => {
    const runtime = { requestTimeout: Duration.seconds(3) };
    const [rollout] = endpoint(Rollout.canary({ candidate }), { runtime }).plan.runtime.rollouts;
    expect(rollout!.fallbackMs).toBe(1500);
  });
});

describe('refused', () => {
  test('what nothing could bring back', () => {
    const monitoring = { errors: false, latency: false } as const;
    expect(told(Rollout.canary(), { monitoring })).toEqual(['PLAN_ROLLOUT_WITHOUT_TRIGGER monitoring']);
    expect(() => endpoint(Rollout.canary({ gates: [Gate.errors()] }), { monitoring })).not.toThrow();
    expect(told(Rollout.canary({ candidate, gates: [] }))).toEqual([
      'PLAN_ROLLOUT_WITHOUT_TRIGGER rollout.gates',
    ]);
    expect(told(Rollout.canary({ candidate, gates: [Gate.agreement()], trial: { compare: 0 } }))).toEqual([
      'PLAN_ROLLOUT_WITHOUT_TRIGGER rollout.trial.compare',
    ]);
  });

  test.each([
    ['another model', source('digits', '1')],
    ['the same version', source('breast-cancer', '1')],
  ])('a candidate that is %s', (_, other) => {
    expect(told(Rollout.shadow({ candidate: other }))).toEqual(['PLAN_CANDIDATE rollout.candidate']);
  });

  test('nothing for the name that an export gave to an open size', () => {
    const written = (version: string, size: string) =>
      ModelSource.fromDirectory(
        writePackage({
          'model.yaml': manifestWith(
            ['version: "1"', `version: "${version}"`],
            ['[batch, 2]', `[${size}, 2]`],
            ['[batch, 2]', `[${size}, 2]`],
          ),
        }),
      );
    const rollout = Rollout.canary({ candidate: written('2', 'N') });
    expect(() => fakeEndpoint({ model: written('1', 'rows'), rollout })).not.toThrow();
  });

  test('numbers that make no sense', () => {
    expect(told(Rollout.canary({ percent: 100 }))).toEqual(['PLAN_ROLLOUT rollout.percent']);
    expect(told(Rollout.linear({ step: 0 }))).toEqual(['PLAN_ROLLOUT rollout.step']);
    expect(told(Rollout.linear({ step: 0.5 }))).toEqual(['PLAN_ROLLOUT rollout.step']);
    expect(told(Rollout.canary({ bake: Duration.millis(1500) }))).toEqual(['PLAN_ROLLOUT rollout.bake']);
    expect(told(Rollout.canary({ finalBake: Duration.seconds(-5) }))).toEqual([
      'PLAN_ROLLOUT rollout.finalBake',
    ]);
    expect(told(Rollout.canary({ candidate, trial: { fallback: Duration.seconds(30) } }))).toEqual([
      'PLAN_ROLLOUT rollout.trial.fallback',
    ]);
    const gates = [Gate.errors({ maxPercent: 200 }), Gate.errors({ minSamples: 1 })];
    expect(told(Rollout.canary({ candidate, gates }))).toEqual([
      'PLAN_GATE rollout.gates[0].maxRatio',
      'PLAN_GATE rollout.gates',
    ]);
  });

  test.each([
    ['rollout.percent', Rollout.canary({ candidate, percent: 0 })],
    ['rollout.percent', Rollout.canary({ candidate, percent: 100 })],
    ['rollout.percent', Rollout.canary({ candidate, percent: 101 })],
    ['rollout.step', Rollout.linear({ candidate, step: 0 })],
    ['rollout.step', Rollout.linear({ candidate, step: 0.5 })],
    ['rollout.sample', Rollout.shadow({ candidate, sample: 0, gates: [Gate.errors()] })],
    ['rollout.trial.memoryMiB', Rollout.canary({ candidate, trial: { memoryMiB: 0 } })],
    ['rollout.trial.memoryMiB', Rollout.canary({ candidate, trial: { memoryMiB: 1.5 } })],
    ['rollout.trial.memoryMiB', Rollout.shadow({ candidate, trial: { memoryMiB: 100_000 } })],
  ])('a candidate with a %s that cannot be', (at, rollout) => {
    expect(told(rollout)).toEqual([`PLAN_ROLLOUT ${at}`]);
  });

  test('a gate on times of the stable version where that answers nobody', () => {
    const blueGreen = (gate: Gate) => told(Rollout.blueGreen({ candidate, gates: [gate] }));
    expect(blueGreen(Gate.latency())).toEqual(['PLAN_GATE rollout.gates.latency']);
    expect(() => endpoint(Rollout.blueGreen({ candidate, gates: [max] }))).not.toThrow();
  });

  test('gates that nothing fails, or nothing passes', () => {
    const metric = (bounds: { readonly max?: number; readonly min?: number }, url = 'http://prometheus') =>
      told(Rollout.canary({ candidate, gates: [Gate.metric({ name: 'm', url, query: 'q', ...bounds })] }));
    expect(metric({})).toEqual(['PLAN_GATE rollout.gates.m']);
    expect(metric({ max: 1, min: 2 })).toEqual(['PLAN_GATE rollout.gates.m']);
    expect(metric({ max: 1 }, 'http://me:secret@prometheus')).toEqual(['PLAN_GATE rollout.gates[0].url']);
    const gates = [Gate.errors({ failAfter: { failed: 4, of: 3 } })];
    expect(told(Rollout.canary({ candidate, gates }))).toEqual(['PLAN_GATE rollout.gates.errors']);
  });

  test('options for a trial that is none', () => {
    expect(told(Rollout.canary({ trial: { compare: 10 } }))).toEqual(['PLAN_ROLLOUT rollout.trial.compare']);
  });
});
