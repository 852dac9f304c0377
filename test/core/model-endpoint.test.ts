import { parseRuntimeConfig } from '@inferstack/runtime/contract';
import { Duration, ModelSource, Rollout, RuntimeImage } from 'inferstack';
import { startCollecting } from '../../lib/core/collector';
import { exampleModel, fakeEndpoint, problemsOf } from '../support/endpoint';

describe('the plan', () => {
  test('resolves every default', () => {
    const { plan } = fakeEndpoint();
    expect(plan.scaling).toEqual({
      minReplicas: 2,
      maxReplicas: 10,
      requestsPerReplica: null,
      cpuPercent: 60,
      scaleOutCooldownSeconds: 60,
      scaleInCooldownSeconds: 300,
    });
    expect(plan.resources).toEqual({ cpuMillis: 1000, memoryMiB: 2048, architecture: 'x86_64' });
    expect(plan.rollout).toEqual({
      ...{ strategy: 'rolling', steps: [], bakeSeconds: 300, timeoutSeconds: 900, gates: [] },
    });
    expect(plan.monitoring).toEqual({
      errors: { maxPercent: 1, minRequests: 100, windowSeconds: 300 },
      latency: { maxP99Ms: 1000, minRequests: 100, windowSeconds: 300 },
      logRetentionDays: 30,
      dashboard: true,
      runbookUrl: null,
    });
    expect(plan.runtime).toMatchObject({
      image: { kind: 'source', directory: expect.stringMatching(/runtime$/) },
      logLevel: 'info',
      grpc: false,
      accessLogRatio: 0,
      maxBodyBytes: 8_388_608,
      requestTimeoutMs: 30_000,
      maxInFlight: 256,
      drainDelayMs: 5000,
      drainTimeoutMs: 30_000,
      execution: {
        placement: 'auto',
        workers: 1,
        intraOpThreads: 1,
        maxBatchRows: 0,
        maxWaitMs: 0,
        hangMs: 60_000,
        shareWeights: true,
      },
    });
  });

  test('keeps a zero that was meant', () => {
    const { plan } = fakeEndpoint({
      scaling: { minReplicas: 0, scaleInCooldown: Duration.seconds(0) },
      rollout: Rollout.rolling({ bake: Duration.seconds(0) }),
      monitoring: { errors: { maxPercent: 0 } },
      runtime: { drainDelay: Duration.seconds(0) },
    });
    expect(plan.scaling).toMatchObject({ minReplicas: 0, scaleInCooldownSeconds: 0 });
    expect(plan.rollout.bakeSeconds).toBe(0);
    expect(plan.monitoring.errors?.maxPercent).toBe(0);
    expect(plan.runtime.drainDelayMs).toBe(0);
  });

  test('raises the default maximum to a larger minimum', () => {
    expect(fakeEndpoint({ scaling: { minReplicas: 12 } }).plan.scaling.maxReplicas).toBe(12);
  });

  test('takes a worker per core that the threads of a run leave', () => {
    const workers = (cpuMillis: number, intraOpThreads?: number) =>
      fakeEndpoint({ resources: { cpuMillis }, runtime: { execution: { intraOpThreads } } }).plan.runtime
        .execution.workers;
    expect([workers(500), workers(4000), workers(4000, 2), workers(1000, 4)]).toEqual([1, 4, 2, 1]);
  });

  test('is frozen, so that nobody edits it after it was checked', () => {
    const { plan } = fakeEndpoint();
    expect(() => Object.assign(plan.scaling, { minReplicas: 7 })).toThrow(TypeError);
  });

  test('takes durations of other libraries', () => {
    const rollout = Rollout.rolling({ bake: { toMilliseconds: () => 120_000 } });
    expect(fakeEndpoint({ rollout }).plan.rollout.bakeSeconds).toBe(120);
  });

  test('pins the digest of the model', () => {
    const { plan } = fakeEndpoint();
    expect(plan.models[0].digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(plan.models[0].manifest.name).toBe('breast-cancer');
  });
});

describe('the endpoint', () => {
  test('hands the natives and the main resource through', () => {
    const endpoint = fakeEndpoint();
    expect(endpoint.native.plan).toBe(endpoint.plan);
    expect(endpoint.node.defaultChild?.node.path).toBe('CreditRisk/Endpoint/Resource');
  });

  test('makes a configuration the runtime accepts', () => {
    const { runtimeConfig, plan } = fakeEndpoint();
    expect(parseRuntimeConfig(JSON.stringify(runtimeConfig))).toEqual(runtimeConfig);
    expect(runtimeConfig.models).toEqual([
      { name: 'breast-cancer', version: '1', uri: '/models/breast-cancer', digest: plan.models[0].digest },
    ]);
  });

  test('is handed to a collector, and to none in a plain synthesis', () => {
    const collected = startCollecting();
    const endpoint = fakeEndpoint();
    expect(collected).toEqual([
      { platform: 'kubernetes', plan: endpoint.plan, runtimeConfig: endpoint.runtimeConfig },
    ]);
  });
});

describe('bad props', () => {
  const codesOf = (props: Parameters<typeof fakeEndpoint>[0]) =>
    problemsOf(() => fakeEndpoint(props)).map((p) => p.code);

  test('minReplicas above maxReplicas: says both numbers and what to do', () => {
    const [problem, ...others] = problemsOf(() =>
      fakeEndpoint({ scaling: { minReplicas: 5, maxReplicas: 3 } }),
    );
    expect(others).toEqual([]);
    expect(problem).toEqual({
      code: 'PLAN_SCALING',
      at: 'CreditRisk/Endpoint: scaling.minReplicas',
      what: 'minReplicas (5) is above maxReplicas (3)',
      got: '5',
      allowed: 'at most 3',
      remedy: 'Raise maxReplicas or lower minReplicas.',
    });
  });

  test('all problems come at once, with the construct path', () => {
    const problems = problemsOf(() =>
      fakeEndpoint({
        scaling: { minReplicas: -1, cpuPercent: 120, requestsPerReplica: 0 },
        resources: { cpuMillis: 0, memoryMiB: 2048.5 },
        monitoring: { logRetentionDays: 0 },
        runtime: { maxBodyBytes: 10 },
      }),
    );
    expect(problems.map((p) => p.at)).toEqual([
      'CreditRisk/Endpoint: scaling.minReplicas',
      'CreditRisk/Endpoint: scaling.cpuPercent',
      'CreditRisk/Endpoint: scaling.requestsPerReplica',
      'CreditRisk/Endpoint: resources.cpuMillis',
      'CreditRisk/Endpoint: resources.memoryMiB',
      'CreditRisk/Endpoint: monitoring.logRetentionDays',
      'CreditRisk/Endpoint: runtime.maxBodyBytes',
    ]);
  });

  test.each([
    ['NaN replicas', { scaling: { minReplicas: Number.NaN } }, 'PLAN_SCALING'],
    ['half a replica', { scaling: { maxReplicas: 2.5 } }, 'PLAN_SCALING'],
    ['a negative cooldown', { scaling: { scaleInCooldown: Duration.seconds(-1) } }, 'PLAN_SCALING'],
    [
      'a rollout without a trigger',
      { monitoring: { errors: false, latency: false } as const },
      'PLAN_ROLLOUT_WITHOUT_TRIGGER',
    ],
    ['a negative bake', { rollout: Rollout.rolling({ bake: Duration.seconds(-5) }) }, 'PLAN_ROLLOUT'],
    [
      'an alarm window of 90 s',
      { monitoring: { errors: { window: Duration.seconds(90) } } },
      'PLAN_MONITORING',
    ],
    ['a drain shorter than a request', { runtime: { drainTimeout: Duration.seconds(1) } }, 'PLAN_RUNTIME'],
    [
      'an image without a version',
      { runtime: { image: RuntimeImage.fromRegistry('registry.example/runtime') } },
      'PLAN_IMAGE',
    ],
    [
      'the image tag latest',
      { runtime: { image: RuntimeImage.fromRegistry('registry.example/runtime:latest') } },
      'PLAN_IMAGE',
    ],
    [
      'a model folder that does not exist',
      { model: ModelSource.fromDirectory('/nowhere/model') },
      'PACKAGE_MISSING',
    ],
  ])('%s is refused', (_, props, code) => {
    expect(codesOf(props)).toEqual([code]);
  });

  test.each([
    'registry.example:5000/runtime:1.4.2',
    `registry.example/runtime@sha256:${'a'.repeat(64)}`,
    `registry.example/runtime:1.4.2@sha256:${'a'.repeat(64)}`,
    '${Token[TOKEN.12]}/runtime:1',
  ])('the image %s is accepted', (reference) => {
    expect(
      fakeEndpoint({ runtime: { image: RuntimeImage.fromRegistry(reference) } }).plan.runtime.image,
    ).toEqual({
      kind: 'registry',
      reference,
      pinned: reference.includes('@sha256:'),
    });
  });

  test('placeholders of the tool are skipped, not guessed', () => {
    const token = -1.8881545897087626e289;
    expect(fakeEndpoint({ scaling: { minReplicas: token, maxReplicas: 3 } }).plan.scaling.minReplicas).toBe(
      token,
    );
  });
});

test('all example models are accepted', () => {
  for (const [name, version] of [
    ['breast-cancer', '2'],
    ['digits', '1'],
    ['diabetes', '1'],
  ] as const) {
    const model = ModelSource.fromDirectory(exampleModel(name, version));
    expect(fakeEndpoint({ model }).runtimeConfig.models[0]).toMatchObject({ name, version });
  }
});
