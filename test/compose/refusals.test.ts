import { readdirSync, readFileSync } from 'node:fs';
import { App as AwsApp, Stack } from 'aws-cdk-lib/core';
import { Duration, type EndpointPlan } from 'inferstack';
import {
  ComposeEndpoint,
  type ComposeEndpointOptions,
  ComposeProject,
  composeProblems,
  Exposure,
  ModelDelivery,
  type PrometheusOptions,
} from 'inferstack/compose';
import { DEFAULT_SCALING } from '../../lib/core';
import { fakeEndpoint, problemsOf } from '../support/endpoint';
import { temporaryFolder } from '../support/temporary-folder';
import { bindPlan, endpointIn, project, synthesize } from './support/synthesize';
import { CERTIFICATE } from './support/variants';

const { plan } = synthesize().endpoint;
const codes = (work: () => unknown): string[] => problemsOf(work).map(({ code }) => code);

describe('scaling that nobody would do', () => {
  test('the defaults of the plan are refused with the way out', () => {
    const [problem, ...others] = problemsOf(() => synthesize({}, { scaling: undefined }));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'TARGET_UNSUPPORTED', got: '10' });
    expect(problem!.at).toContain('scaling.maxReplicas');
    expect(problem!.remedy).toContain('{ minReplicas: 2, maxReplicas: 2 }');
  });

  test.each([
    { maxReplicas: 5 },
    { requestsPerReplica: 20 },
    { cpuPercent: 75 },
    { scaleOutCooldown: Duration.seconds(90) },
    { scaleInCooldown: Duration.minutes(15) },
  ])('%j is refused', (given) => {
    const scaling = { minReplicas: 2, maxReplicas: 2, ...given };
    const [problem] = problemsOf(() => synthesize({}, { scaling }));
    expect(problem!.code).toBe('TARGET_UNSUPPORTED');
    expect(problem!.at).toContain(`scaling.${Object.keys(given)[0]}`);
  });

  test('zero replicas are refused', () => {
    const scaling = { ...plan.scaling, minReplicas: 0, maxReplicas: 0 };
    expect(codes(() => bindPlan({ ...plan, scaling }))).toEqual(['TARGET_UNSUPPORTED']);
  });

  test('what is accepted because nobody asked for it is what the plan decides by itself', () => {
    expect(fakeEndpoint().plan.scaling).toMatchObject(DEFAULT_SCALING);
  });
});

const certificate = (certificateFile: string) => ({ exposure: Exposure.https({ certificateFile }) });

test.each<[string, ComposeEndpointOptions]>([
  ['COMPOSE_NAME', { name: 'Upper' }],
  ['COMPOSE_NAME', { name: 'a'.repeat(56) }],
  ['COMPOSE_NAME', { name: 'ends-' }],
  ['COMPOSE_PORT', { exposure: Exposure.host({ port: 0 }) }],
  ['COMPOSE_PORT', { exposure: Exposure.https({ certificateFile: CERTIFICATE, redirectPort: 70_000 }) }],
  ['COMPOSE_OPTION', { exposure: Exposure.http({ plainHttp: true, address: 'localhost' }) }],
  ['COMPOSE_OPTION', certificate('certificates/tumours.pem')],
  ['COMPOSE_OPTION', certificate('/etc/../tumours.pem')],
  ['COMPOSE_OPTION', certificate('/etc/tls/')],
  ['COMPOSE_OPTION', certificate('/etc/tls/two words.pem')],
  ['COMPOSE_OPTION', certificate('/tumours.pem')],
  ['COMPOSE_OPTION', { model: ModelDelivery.fromUrl('s3://models', { envFile: 'store.env' }) }],
  ['COMPOSE_OPTION', { balancer: { image: 'haproxy' } }],
  ['COMPOSE_OPTION', { balancer: { image: 'haproxy:latest' } }],
  ['COMPOSE_OPTION', { balancer: { user: '0:0' } }],
  ['COMPOSE_OPTION', { balancer: { user: 'haproxy' } }],
  ['COMPOSE_OPTION', { balancer: { memoryMiB: 10 } }],
  ['COMPOSE_OPTION', { logs: { maxSizeMiB: 0 } }],
  ['COMPOSE_OPTION', { logs: { maxFiles: 1.5 } }],
])('%s: %j', (code, options) => {
  expect(codes(() => synthesize(options))).toEqual([code]);
});

test.each([
  'http://models.example.com',
  'models/here',
  'https://user:secret@models.example.com',
  'https://models.example.com/?sig=secret',
  'ftp://models.example.com',
])('refuses the model at %s without repeating a secret', (url) => {
  const failure = () => synthesize({ model: ModelDelivery.fromUrl(url) });
  expect(codes(failure)).toEqual(['COMPOSE_MODEL_URL']);
  expect(failure).not.toThrow(/got.*secret/);
});

test.each<PrometheusOptions>([
  { image: 'prometheus' },
  { retentionDays: 0 },
  { memoryMiB: 1 },
  { alertmanagers: ['http://alerts.example.com'] },
])('refuses Prometheus with %j', (prometheus) => {
  expect(codes(() => project({ prometheus }))).toEqual(['COMPOSE_OPTION']);
});

test.each(['', 'Models', '-models', 'my models'])('refuses the project name %j', (name) => {
  expect(codes(() => new ComposeProject({ name }))).toEqual(['COMPOSE_NAME']);
});

describe('two endpoints of one project', () => {
  test('need names of their own', () => {
    const scope = project();
    endpointIn(scope, { name: 'tumours' });
    const second = () =>
      endpointIn(scope, { name: 'tumours-1', exposure: Exposure.host({ port: 81 }) }, {}, 'B');
    expect(codes(second)).toEqual(['COMPOSE_NAME']);
  });

  test('need ports of their own, unless on different addresses', () => {
    const scope = project();
    endpointIn(scope, { exposure: Exposure.http({ plainHttp: true, address: '10.0.0.1' }) });
    endpointIn(scope, {}, {}, 'Same');
    const any = () => endpointIn(scope, { exposure: Exposure.http({ plainHttp: true }) }, {}, 'Any');
    expect(codes(any)).toEqual(['COMPOSE_PORT']);
  });
});

test('an image that cannot be built is refused', () => {
  const directory = temporaryFolder();
  const given: EndpointPlan = { ...plan, runtime: { ...plan.runtime, image: { kind: 'source', directory } } };
  expect(codes(() => bindPlan(given))).toEqual(['COMPOSE_RUNTIME_SOURCE']);
});

test('a latency limit above the last bucket could never be met', () => {
  const latency = { maxP99: Duration.seconds(30) };
  expect(codes(() => synthesize({}, { monitoring: { latency } }))).toEqual(['COMPOSE_LATENCY_LIMIT']);
});

test('a project without services is refused', () => {
  expect(codes(() => project().synth())).toEqual(['COMPOSE_EMPTY']);
});

test('placeholders of another tool are refused wherever they are', () => {
  const monitoring = { ...plan.monitoring, runbookUrl: 'https://${Token[AWS.Region.4]}' };
  expect(codes(() => bindPlan({ ...plan, monitoring }))).toEqual(['COMPOSE_TOKEN']);
  const balancer = { memoryMiB: -1.8881545897087626e289 };
  expect(codes(() => synthesize({ balancer }))).toContain('COMPOSE_TOKEN');
});

test('below a stack of another tool it is refused before anything is created', () => {
  const stack = new Stack(new AwsApp(), 'Stack');
  expect(codes(() => new ComposeEndpoint().bind(stack, plan))).toEqual(['TARGET_SCOPE']);
  expect(stack.node.children).toEqual([]);
});

test('everything is told at once', () => {
  const wrong = () =>
    synthesize({ name: 'X', logs: { maxFiles: 0 } }, { scaling: { minReplicas: 2, maxReplicas: 3 } });
  expect(codes(wrong).sort()).toEqual(['COMPOSE_NAME', 'COMPOSE_OPTION', 'TARGET_UNSUPPORTED']);
});

test('every code of the target is met by a test', () => {
  const tests = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  const text = tests.map((file) => readFileSync(`${__dirname}/${file}`, 'utf8')).join('\n');
  expect(Object.keys(composeProblems).filter((code) => !text.includes(code))).toEqual([]);
});
