import { ProblemError } from 'inferstack';
import { perturb } from '../support/perturb';
import { temporaryFolder } from '../support/temporary-folder';
import { bindPlan, synthesize } from './support/synthesize';

const { plan } = synthesize().endpoint;

// Leaves that say something of Compose's own: where the change must be seen.
const SEEN: Record<string, [unknown, RegExp]> = {
  name: ['other', /"other-surge"/],
  'models.0.digest': [`sha256:${'1'.repeat(64)}`, /1{64}/],
  'models.0.bytes': [100_000_000, /size=351m/],
  'resources.cpuMillis': [1500, /"cpus":1.5/],
  'resources.memoryMiB': [1024, /"mem_limit":"1024m"/],
  'resources.architecture': ['arm64', /linux\/arm64/],
  'rollout.bakeSeconds': [61, /roll tumours 900 61 tumours-1/],
  'rollout.timeoutSeconds': [1200, /roll tumours 1200 300 tumours-1/],
  'monitoring.errors.maxPercent': [3, /> 3\\n/],
  'monitoring.errors.minRequests': [51, />= 51/],
  'monitoring.errors.windowSeconds': [600, /\[10m\]/],
  'monitoring.latency.maxP99Ms': [333, /> 0.333/],
  'monitoring.latency.minRequests': [61, />= 61/],
  'monitoring.latency.windowSeconds': [120, /\[2m\]/],
  'monitoring.logRetentionDays': [7, /"dev.inferstack.log-retention-days":"7"/],
  'monitoring.runbookUrl': ['https://runbooks.example.com', /runbooks.example.com/],
  'runtime.image.reference': ['registry.example.com/other:1', /registry.example.com\/other:1/],
  'runtime.image.pinned': [false, /"pull_policy":"always"/],
  'runtime.requestTimeoutMs': [1234, /timeout server 6234ms/],
  'runtime.maxInFlight': [3, /maxconn 3 /],
  'runtime.drainDelayMs': [1000, /"stop_grace_period":"36s"/],
  'runtime.drainTimeoutMs': [45_000, /"stop_grace_period":"55s"/],
  'runtime.grpc': [true, /backend grpc/],
};

test.each(Object.entries(SEEN))('%s is in the output', (leaf, [value, seen]) => {
  const found = [plan, perturb(plan, leaf, value)].map((given) => seen.test(bindPlan(given)));
  expect(found).toEqual([false, true]);
});

const REFUSED: Record<string, unknown> = {
  'scaling.minReplicas': 1,
  'scaling.maxReplicas': 11,
  'scaling.requestsPerReplica': 25,
  'scaling.cpuPercent': 75,
  'scaling.scaleOutCooldownSeconds': 90,
  'scaling.scaleInCooldownSeconds': 900,
  'rollout.strategy': 'another',
};

test.each(Object.entries(REFUSED))('%s is refused, not dropped', (leaf, value) => {
  expect(() => bindPlan(perturb(plan, leaf, value))).toThrow(ProblemError);
  expect(() => bindPlan(perturb(plan, leaf, value))).toThrow(/TARGET_UNSUPPORTED/);
});

test('what is switched off is gone', () => {
  expect(bindPlan(perturb(plan, 'monitoring.errors', null))).not.toContain('InferstackErrors');
  expect(bindPlan(perturb(plan, 'monitoring.latency', null))).not.toContain('InferstackLatency');
  expect(bindPlan(perturb(plan, 'monitoring.dashboard', false))).not.toContain('dashboard.json');
});

test('as many replicas as are wanted', () => {
  const scaling = { ...plan.scaling, minReplicas: 3, maxReplicas: 3 };
  expect(bindPlan({ ...plan, scaling })).toContain('"tumours-3"');
  expect(bindPlan(plan)).not.toContain('"tumours-3"');
});

/** Settings that the runtime alone honours reach it through its configuration. */
test.each(Object.keys({ ...plan.runtime.execution, logLevel: 0, accessLogRatio: 0, maxBodyBytes: 0 }))(
  'runtime %s is in the configuration',
  (key) => {
    const leaf = key in plan.runtime.execution ? `runtime.execution.${key}` : `runtime.${key}`;
    const planted = key === 'placement' ? 'threads' : key === 'logLevel' ? 'warn' : 77;
    expect(bindPlan(perturb(plan, leaf, planted)) === bindPlan(plan)).toBe(false);
  },
);

test('an image from source is built', () => {
  const { writeFileSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
  const directory = temporaryFolder();
  for (const file of ['Dockerfile', 'package.json', 'npm-shrinkwrap.json', 'dist'])
    writeFileSync(`${directory}/${file}`, '');
  expect(bindPlan(perturb(plan, 'runtime.image', { kind: 'source', directory }))).toMatch(
    /"build":{"context"/,
  );
});
