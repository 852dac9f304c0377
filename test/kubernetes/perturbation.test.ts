import { type EndpointPlan, ProblemError } from 'inferstack';
import { Autoscaler } from 'inferstack/kubernetes';
import { perturb } from '../support/perturb';
import { planLeaves } from './support/plan-leaves';
import { bindPlan, synthesize } from './support/synthesize';

// Every leaf of the plan with another value: the manifests change, or the value is refused.
const PERTURBATIONS: Record<string, unknown> = {
  'models.0.digest': `sha256:${'1'.repeat(64)}`,
  'models.0.bytes': 100_000_000,
  'models.0.manifest.name': 'other',
  'models.0.manifest.version': '7',
  name: 'other',
  'scaling.minReplicas': 4,
  'scaling.maxReplicas': 11,
  'scaling.requestsPerReplica': 25,
  'scaling.cpuPercent': 75,
  'scaling.scaleOutCooldownSeconds': 90,
  'scaling.scaleInCooldownSeconds': 900,
  'resources.cpuMillis': 1500,
  'resources.memoryMiB': 1024,
  'resources.architecture': 'arm64',
  'rollout.strategy': 'another',
  'rollout.bakeSeconds': 60,
  'rollout.timeoutSeconds': 1200,
  'monitoring.errors.maxPercent': 3,
  'monitoring.errors.minRequests': 50,
  'monitoring.errors.windowSeconds': 600,
  'monitoring.latency.maxP99Ms': 333,
  'monitoring.latency.minRequests': 60,
  'monitoring.latency.windowSeconds': 120,
  'monitoring.logRetentionDays': 7,
  'monitoring.dashboard': false,
  'monitoring.runbookUrl': 'https://runbooks.example.com',
  'runtime.image.kind': 'source',
  'runtime.image.reference': 'registry.example.com/other:1',
  'runtime.image.pinned': false,
  'runtime.logLevel': 'warn',
  'runtime.maxBodyBytes': 4096,
  'runtime.requestTimeoutMs': 1234,
  'runtime.maxInFlight': 3,
  'runtime.drainDelayMs': 1000,
  'runtime.drainTimeoutMs': 45_000,
  'runtime.grpc': true,
  'runtime.rolloutKeys': { kubernetes: { secretName: 'rollouts', key: 'keys' } },
  'runtime.accessLogRatio': 0.5,
  'runtime.execution.placement': 'threads',
  'runtime.execution.workers': 3,
  'runtime.execution.intraOpThreads': 2,
  'runtime.execution.maxBatchRows': 16,
  'runtime.execution.maxWaitMs': 2,
  'runtime.execution.hangMs': 10_000,
  'runtime.execution.shareWeights': false,
  // Whole branches that can be switched off.
  'monitoring.errors': null,
  'monitoring.latency': null,
};

/** For messages alone. */
const SAID_IN_MESSAGES = ['path'];

const { plan } = synthesize().endpoint;
const keda = { autoscaler: Autoscaler.keda({ prometheusUrl: 'http://prometheus:9090' }) };

test('every leaf of the plan is perturbed', () => {
  const covered = [...Object.keys(PERTURBATIONS), ...SAID_IN_MESSAGES];
  expect(planLeaves(plan).filter((leaf) => !covered.includes(leaf))).toEqual([]);
});

describe.each([
  ['HorizontalPodAutoscaler', {}],
  ['KEDA', keda],
])('%s', (_, options) => {
  const before = outcome(plan);

  test.each(Object.entries(PERTURBATIONS))('%s changes the manifests or is refused', (leaf, value) => {
    const after = outcome(perturb(plan, leaf, value));
    expect(after).not.toEqual(before);
  });

  function outcome(given: EndpointPlan): string {
    try {
      return JSON.stringify(bindPlan(given, options));
    } catch (error) {
      if (error instanceof ProblemError) return error.message;
      throw error;
    }
  }
});

test('what Kubernetes cannot do is refused, not dropped', () => {
  for (const leaf of ['scaling.requestsPerReplica', 'rollout.strategy', 'runtime.image.kind']) {
    expect(() => bindPlan(perturb(plan, leaf, PERTURBATIONS[leaf]))).toThrow(/TARGET_UNSUPPORTED/);
  }
  const asked = perturb(plan, 'scaling.requestsPerReplica', 25);
  expect(JSON.stringify(bindPlan(asked, keda))).toContain('"threshold":"25"');
});
