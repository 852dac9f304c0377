import { parseRuntimeConfig } from '../../runtime/src/contract';
import { briefly, problemsOf } from '../support/package-builder';

const config = {
  apiVersion: 'inferstack.dev/v1',
  kind: 'RuntimeConfig',
  role: 'serve',
  endpoint: 'echo',
  models: [{ name: 'echo', version: '1', uri: '/models/echo', digest: `sha256:${'0'.repeat(64)}` }],
  listeners: {
    inference: { host: '127.0.0.1', port: 0 },
    grpc: null,
    management: { host: '127.0.0.1', port: 0 },
  },
  limits: { maxBodyBytes: 1024, requestTimeoutMs: 1000, maxInFlight: 8 },
  drain: { delayMs: 0, timeoutMs: 1000 },
  tls: null,
  auth: null,
  repository: { explicitControl: false, maxMemoryBytes: 0 },
  telemetry: { traces: null, emf: false, accessLogRatio: 0 },
  execution: {
    placement: 'auto',
    workers: 0,
    intraOpThreads: 1,
    maxBatchRows: 0,
    maxWaitMs: 0,
    hangMs: 60_000,
    shareWeights: true,
  },
  logging: { level: 'info' },
};

const problems = (change: object) =>
  problemsOf(() => parseRuntimeConfig(JSON.stringify({ ...config, ...change })));

test('a complete configuration is read and frozen', () => {
  const parsed = parseRuntimeConfig(JSON.stringify(config));
  expect(parsed).toEqual(config);
  expect(() => Object.assign(parsed.limits, { maxInFlight: 1 })).toThrow(TypeError);
});

test('syntax', () => {
  expect(briefly(problemsOf(() => parseRuntimeConfig('{', 'config.json')))).toEqual([
    'CONFIG_SYNTAX at config.json',
  ]);
});

test('nothing has a default: what is missing is named', () => {
  expect(briefly(problems({ limits: undefined, drain: { delayMs: 0 } }))).toEqual([
    'CONFIG_INVALID at INFERSTACK_CONFIG: limits',
    'CONFIG_INVALID at INFERSTACK_CONFIG: drain.timeoutMs',
  ]);
});

test.each<[string, object, string]>([
  ['an unknown key', { extra: 1 }, 'extra'],
  ['a digest of another form', { models: [{ ...config.models[0], digest: 'md5:1' }] }, 'models[0].digest'],
  ['no model', { models: [] }, 'models'],
  [
    'a port beyond 65535',
    { listeners: { ...config.listeners, inference: { host: 'x', port: 65536 } } },
    'listeners.inference.port',
  ],
  ['a role that does not exist', { role: 'train' }, 'role'],
])('%s', (_, change, path) => {
  expect(briefly(problems(change))).toEqual([`CONFIG_INVALID at INFERSTACK_CONFIG: ${path}`]);
});
