import { type EndpointPlan, ProblemError } from 'inferstack';
import { perturb, planLeaves } from '../kubernetes/support/perturb';
import { bindPlan, planOf } from './support/synthesize';

// Every leaf of the plan with another value: the resources change, or the value is refused.
const PERTURBATIONS: Record<string, unknown> = {
  'model.digest': `sha256:${'1'.repeat(64)}`,
  'model.bytes': 100_000_000,
  'model.manifest.name': 'other',
  'model.manifest.version': '7',
  name: 'other',
  'scaling.minReplicas': 4,
  'scaling.maxReplicas': 11,
  'scaling.requestsPerReplica': 25,
  'scaling.cpuPercent': 75,
  'scaling.scaleOutCooldownSeconds': 90,
  'scaling.scaleInCooldownSeconds': 900,
  'resources.cpuMillis': 2000,
  'resources.memoryMiB': 1024,
  'resources.architecture': 'arm64',
  'rollout.strategy': 'another',
  'rollout.bakeSeconds': 60,
  'rollout.timeoutSeconds': 120,
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
  'runtime.image.reference': 'europe-docker.pkg.dev/p/r/other:1',
  'runtime.logLevel': 'warn',
  'runtime.maxBodyBytes': 4096,
  'runtime.requestTimeoutMs': 1234,
  'runtime.maxInFlight': 3,
  'runtime.drainDelayMs': 1000,
  'runtime.drainTimeoutMs': 45_000,
  'runtime.grpc': true,
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

/** For messages and warnings alone. */
const SAID_IN_MESSAGES = ['path', 'runtime.image.pinned'];

const plan = planOf();
const before = outcome(plan);

test('every leaf of the plan is perturbed', () => {
  const covered = [...Object.keys(PERTURBATIONS), ...SAID_IN_MESSAGES];
  expect(planLeaves(plan).filter((leaf) => !covered.includes(leaf))).toEqual([]);
});

test.each(Object.entries(PERTURBATIONS))('%s changes the resources or is refused', (leaf, value) => {
  expect(outcome(perturb(plan, leaf, value))).not.toEqual(before);
});

test.each([
  'scaling.requestsPerReplica',
  'scaling.cpuPercent',
  'scaling.scaleOutCooldownSeconds',
  'scaling.scaleInCooldownSeconds',
  'resources.architecture',
  'rollout.strategy',
  'rollout.bakeSeconds',
  'runtime.image.kind',
  'runtime.grpc',
])('what Cloud Run cannot do is refused, not dropped: %s', (leaf) => {
  expect(() => bindPlan(perturb(plan, leaf, PERTURBATIONS[leaf]))).toThrow(/TARGET_UNSUPPORTED/);
});

function outcome(given: EndpointPlan): string {
  try {
    return JSON.stringify(bindPlan(given).json);
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}
