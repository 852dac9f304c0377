import { ProblemError } from '@inferstack/runtime/contract';
import type { ModelPackage } from '@inferstack/runtime/model';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import type { EndpointPlan } from 'inferstack';
import { FargateEndpoint } from 'inferstack/aws';
import { endpointIn, newStack, PINNED } from './support';

/** What a field is changed to; a field missing here fails the test, so that a new field is not forgotten. */
const CHANGES: Record<string, unknown> = {
  name: 'another-name',
  path: 'Another/Path',
  'scaling.minReplicas': 3,
  'scaling.maxReplicas': 11,
  'scaling.requestsPerReplica': 20,
  'scaling.cpuPercent': 61,
  'scaling.scaleOutCooldownSeconds': 61,
  'scaling.scaleInCooldownSeconds': 301,
  'resources.cpuMillis': 500,
  'resources.memoryMiB': 3072,
  'resources.architecture': 'arm64',
  'rollout.strategy': 'another',
  'rollout.bakeSeconds': 600,
  'rollout.timeoutSeconds': 901,
  'monitoring.errors.maxPercent': 2,
  'monitoring.errors.minRequests': 101,
  'monitoring.errors.windowSeconds': 60,
  'monitoring.latency.maxP99Ms': 1001,
  'monitoring.latency.minRequests': 101,
  'monitoring.latency.windowSeconds': 60,
  'monitoring.logRetentionDays': 60,
  'monitoring.dashboard': false,
  'monitoring.runbookUrl': 'https://wiki.example.com/runbook',
  'runtime.image.kind': 'source',
  'runtime.image.reference': PINNED.replace('aaaa', 'bbbb'),
  'runtime.image.pinned': false,
  'runtime.logLevel': 'debug',
  'runtime.maxBodyBytes': 1_000_000,
  'runtime.requestTimeoutMs': 20_000,
  'runtime.maxInFlight': 255,
  'runtime.drainDelayMs': 6_000,
  'runtime.drainTimeoutMs': 31_000,
  'runtime.grpc': true,
  'runtime.accessLogRatio': 0.5,
  'runtime.execution.placement': 'threads',
  'runtime.execution.workers': 3,
  'runtime.execution.intraOpThreads': 2,
  'runtime.execution.maxBatchRows': 16,
  'runtime.execution.maxWaitMs': 2,
  'runtime.execution.hangMs': 10_000,
  'runtime.execution.shareWeights': false,
};

const { stack: planStack, vpc: planVpc } = newStack();
const plan = endpointIn(planStack, { vpc: planVpc }).plan;

/** Dotted paths of all leaves but those of the model, which is one value: its package. */
function leaves(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, child]) => {
    const path = `${prefix}${key}`;
    if (path === 'model') return [];
    return typeof child === 'object' && child !== null ? leaves(child, `${path}.`) : [path];
  });
}

function changed(path: string): EndpointPlan {
  const copy = structuredClone(plan) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const parent = keys.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, copy);
  parent[keys.at(-1)!] = CHANGES[path];
  if (path === 'runtime.image.kind') parent['directory'] = __dirname;
  return copy as unknown as EndpointPlan;
}

/** Template and what the tool tells the user: a warning is an output as well. */
function render(given: EndpointPlan): string {
  const { stack, vpc } = newStack();
  const scope = new Construct(stack, 'Endpoint');
  new FargateEndpoint({ vpc }).bind(scope, given);
  const warnings = scope.node.metadata
    .filter(({ type }) => type === 'aws:cdk:warning')
    .map(({ data }) => data);
  return JSON.stringify([Template.fromStack(stack).toJSON(), warnings]);
}

const base = render(plan);

test('the fields of the plan are all known to this test', () => {
  expect(leaves(plan).sort()).toEqual(Object.keys(CHANGES).sort());
});

test.each(Object.keys(CHANGES))('%s changes the output or is refused', (path) => {
  let output: string;
  try {
    output = render(changed(path));
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return;
  }
  expect(output).not.toBe(base);
});

test('alarms switched off change the output', () => {
  expect(render({ ...plan, monitoring: { ...plan.monitoring, errors: null } })).not.toBe(base);
  expect(render({ ...plan, monitoring: { ...plan.monitoring, latency: null } })).not.toBe(base);
});

describe('model', () => {
  const withModel = (model: Partial<ModelPackage>) => ({ ...plan, model: { ...plan.model, ...model } });

  test('another digest changes the output', () => {
    expect(render(withModel({ digest: `sha256:${'1'.repeat(64)}` }))).not.toBe(base);
  });

  test('another name or version changes the output', () => {
    const { manifest } = plan.model;
    expect(render(withModel({ manifest: { ...manifest, version: '3' } }))).not.toBe(base);
    expect(render(withModel({ manifest: { ...manifest, name: 'other' } }))).not.toBe(base);
  });

  test('a large package gets the storage it needs, and one that is too large is refused', () => {
    const GIB = 1024 ** 3;
    expect(render(withModel({ bytes: 10 * GIB }))).toContain('"EphemeralStorage":{"SizeInGiB":24}');
    expect(render(withModel({ bytes: 8 * GIB }))).not.toContain('EphemeralStorage');
    expect(() => render(withModel({ bytes: 99 * GIB }))).toThrow(/AWS_STORAGE .* at most 98 GiB/);
  });
});
