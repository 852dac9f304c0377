import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { GrpcTestClient } from '../grpc/support/grpc-test-client';
import { inferRequest, sampleInputs } from '../grpc/support/infer-request';
import { get, post } from '../runtime/support/http-client';
import { MODELS, modelEntry, sampleRow, testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { until } from '../runtime/support/wait';
import { attributesOf, Collector, type OtlpSpan } from './support/collector';

const MODEL = 'breast-cancer/1';
const PREDICT = '/v2/models/breast-cancer/predict';
const PARENT = '00f067aa0ba902b7';
const row = sampleRow(MODEL);

let next = 1;
const newTraceId = (): string => (next++).toString(16).padStart(32, 'a');
const sampled = (traceId: string) => ({ traceparent: `00-${traceId}-${PARENT}-01` });

let collector: Collector;
let runtime: RuntimeProcess;
let inference: number;
let grpc: number;
// A process of its own: the exporter loads modules in a way that the sandbox of the tests does not know.
beforeAll(async () => {
  collector = await Collector.start();
  runtime = new RuntimeProcess(tracedConfig(collector.url, 0));
  ({ inference } = await runtime.ready());
  ({ grpc } = (await runtime.message('listening')) as { grpc: number });
});
afterAll(async () => {
  await endProcesses();
  await collector.stop();
});

function tracedConfig(endpoint: string, sampleRatio: number) {
  const config = testConfig([MODEL]);
  return {
    ...config,
    listeners: { ...config.listeners, grpc: { host: '127.0.0.1', port: 0 } },
    telemetry: { ...config.telemetry, traces: { endpoint, sampleRatio } },
    execution: { ...config.execution, placement: 'inline' as const },
  };
}

const nanos = ({ startTimeUnixNano, endTimeUnixNano }: OtlpSpan): [bigint, bigint] => [
  BigInt(startTimeUnixNano),
  BigInt(endTimeUnixNano),
];

test('a traced request has a span for itself and one for each stage, in order and inside of it', async () => {
  const traceId = newTraceId();
  const before = Date.now();
  const headers = { ...sampled(traceId), 'x-request-id': 'traced-1', 'user-agent': 'test/1' };
  await post(inference, `${PREDICT}?who=me`, { rows: [row, row] }, { headers });
  const root = await collector.root(traceId);
  const children = collector.childrenOf(root);
  expect(root).toMatchObject({ name: 'POST /v2/models/{model}/predict', parentSpanId: PARENT });
  expect(children.map(({ name }) => name)).toEqual([
    'receive',
    'decode',
    'validate',
    'queue',
    'run',
    'encode',
  ]);
  const [start, end] = nanos(root);
  expect(start / 1_000_000n).toBeGreaterThanOrEqual(BigInt(before) - 1n);
  expect(end).toBeLessThanOrEqual((BigInt(Date.now()) + 1n) * 1_000_000n);
  let last = start;
  for (const child of children) {
    const [from, to] = nanos(child);
    expect(from).toBeGreaterThanOrEqual(last);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(to).toBeLessThanOrEqual(end);
    last = to;
  }
});

test('spans say what was asked of which model, how it was run, and nothing of the values', async () => {
  const traceId = newTraceId();
  const headers = { ...sampled(traceId), 'x-request-id': 'traced-2', 'user-agent': 'test/1' };
  const marked = { ...row, 'mean radius': 17.123456789 };
  await post(inference, `${PREDICT}?secret=1`, { rows: [marked, marked] }, { headers });
  const root = await collector.root(traceId);
  const { name, version, digest } = modelEntry(MODEL);
  expect(attributesOf(root)).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v2/models/{model}/predict',
    'http.response.status_code': 200,
    'url.path': PREDICT,
    'url.scheme': 'http',
    'server.address': '127.0.0.1',
    'server.port': inference,
    'network.protocol.version': '1.1',
    'network.peer.address': '127.0.0.1',
    'user_agent.original': 'test/1',
    'inferstack.request.id': 'traced-2',
    'inferstack.request.rows': 2,
    'inferstack.model.name': name,
    'inferstack.model.version': version,
    'inferstack.model.digest': digest,
  });
  const run = collector.childrenOf(root).find((span) => span.name === 'run')!;
  expect(attributesOf(run)).toEqual({
    'inferstack.batch.rows': 2,
    'inferstack.batch.requests': 1,
    'inferstack.run.placement': 'inline',
  });
  expect(collector.bodies).not.toContain('17.1234');
  expect(collector.bodies).not.toContain('secret');
  expect(collector.paths[0]).toBe('/v1/traces');
  expect(collector.resources[0]).toMatchObject({ 'service.name': 'test', 'process.pid': expect.any(Number) });
});

test('names of attributes are those of the stable conventions', () => {
  const conventions: Record<string, string> = require('@opentelemetry/semantic-conventions');
  const stable = new Set(
    Object.entries(conventions)
      .filter(([key]) => key.startsWith('ATTR_'))
      .map(([, value]) => value),
  );
  const used = collector.spans.flatMap((span) => Object.keys(attributesOf(span)));
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((name) => !name.startsWith('inferstack.') && !stable.has(name))).toEqual([]);
});

test('failures of the caller keep their code, and are no failures of the server', async () => {
  const [refused, lost] = [newTraceId(), newTraceId()];
  await post(inference, PREDICT, { rows: [{}] }, { headers: sampled(refused) });
  await get(inference, '/nowhere/at/all', { headers: sampled(lost) });
  const root = await collector.root(refused);
  expect(attributesOf(root)).toMatchObject({
    'http.response.status_code': 422,
    'inferstack.error.code': 'INPUT_INVALID',
  });
  expect(attributesOf(root)).not.toHaveProperty('error.type');
  expect(root.status.code ?? 0).toBe(0);
  // The path is the caller's invention: no route, no name from it.
  expect((await collector.root(lost)).name).toBe('GET');
});

test('the decision of the caller is honoured; without one the ratio decides', async () => {
  const [no, yes] = [newTraceId(), newTraceId()];
  const before = new Set(collector.spans.map((span) => span.traceId));
  await post(inference, PREDICT, { rows: [row] }, { headers: { traceparent: `00-${no}-${PARENT}-00` } });
  await post(inference, PREDICT, { rows: [row] });
  await post(inference, PREDICT, { rows: [row] }, { headers: { traceparent: 'nonsense' } });
  await get(inference, '/v2/health/ready', { headers: sampled(no) });
  await post(inference, PREDICT, { rows: [row] }, { headers: sampled(yes) });
  await collector.root(yes);
  const traces = new Set(collector.spans.map((span) => span.traceId));
  expect([...traces].filter((traceId) => !before.has(traceId))).toEqual([yes]);
});

test('calls over gRPC are traced the same way', async () => {
  const traceId = newTraceId();
  const client = new GrpcTestClient(grpc);
  const pkg = openModelPackage(path.join(MODELS, MODEL));
  const request = inferRequest('breast-cancer', sampleInputs(pkg, 0));
  await client.call('ModelInfer', request, { metadata: sampled(traceId) });
  client.close();
  const root = await collector.root(traceId);
  expect(root).toMatchObject({ name: 'inference.GRPCInferenceService/ModelInfer', parentSpanId: PARENT });
  expect(attributesOf(root)).toMatchObject({
    'rpc.system.name': 'grpc',
    'rpc.method': 'inference.GRPCInferenceService/ModelInfer',
    'rpc.status_code': 'OK',
    'inferstack.model.version': '1',
    'inferstack.request.rows': 1,
  });
  const stages = collector.childrenOf(root).map(({ name }) => name);
  expect(stages).toEqual(['decode', 'validate', 'queue', 'run', 'encode']);
});

test('what is queued is sent when the process stops', async () => {
  const short = new RuntimeProcess(tracedConfig(`${collector.url}/`, 1));
  const { inference: port } = await short.ready();
  const before = collector.spans.length;
  await post(port, PREDICT, { rows: [row] });
  short.kill('SIGTERM');
  expect(await short.exit).toBe(0);
  const sent = collector.spans.slice(before);
  expect(sent.filter(({ kind }) => kind === 2)).toHaveLength(1);
  expect(new Set(sent.map(({ traceId }) => traceId)).size).toBe(1);
});

test('requests are answered, and the process stops, although nobody collects', async () => {
  const deaf = await Collector.start();
  deaf.answer = () => {};
  const lonely = new RuntimeProcess(tracedConfig(deaf.url, 1));
  const ports = await lonely.ready();
  const ask = () => post(ports.inference, PREDICT, { rows: [row] });
  const replies = await Promise.all(Array.from({ length: 50 }, ask));
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  await until(() => deaf.requests > 0);
  expect((await get(ports.management, '/metrics')).text).toContain('inferstack_trace_spans_exported_total 0');
  lonely.kill('SIGTERM');
  expect(await lonely.exit).toBe(0);
  await deaf.stop();
});

test('without traces the library is not even loaded', () => {
  const script = `
    const { Telemetry } = require('./runtime/src/telemetry');
    const { RuntimeMetrics } = require('./runtime/src/monitoring');
    const config = { endpoint: 'x', telemetry: { traces: TRACES, emf: false, accessLogRatio: 0 } };
    new Telemetry(config, { metrics: new RuntimeMetrics(), logger: undefined, runtimeVersion: '0' });
    console.log(Object.keys(require.cache).filter((file) => file.includes('@opentelemetry')).length);
    process.exit();`;
  const loaded = (traces: string) =>
    Number(
      execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script.replace('TRACES', traces)], {
        cwd: path.resolve(__dirname, '../..'),
        encoding: 'utf8',
      }),
    );
  expect(loaded('null')).toBe(0);
  expect(loaded('{ endpoint: "http://127.0.0.1:1", sampleRatio: 1 }')).toBeGreaterThan(0);
});
