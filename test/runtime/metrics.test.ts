import { spawnSync } from 'node:child_process';
import { expose } from '../../runtime/src/monitoring';
import { MetricRegistry } from '../../runtime/src/monitoring/family';
import type { ServeRole } from '../../runtime/src/serve';
import { testWith } from '../support/test-with';
import { parseExposition, type Sample } from './support/exposition-parser';
import { call, get, post } from './support/http-client';
import { serve, startRole } from './support/in-process';
import { modelEntry, sampleRow, samples, testConfig } from './support/packages';

let role: ServeRole;
let inference: number;
let management: number;
beforeAll(async () => {
  role = await serve(testConfig(['breast-cancer/1', 'breast-cancer/2']));
  ({ inference, management } = role.ports);
});
afterAll(() => role.stop());

const address = { host: '127.0.0.1', port: 0 };
const LOCAL = { inference: address, grpc: null, management: address };

async function scrape(): Promise<Sample[]> {
  const { text } = await get(management, '/metrics');
  return parseExposition(text).flatMap((family) => family.samples);
}

function value(all: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  const found = all.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, wanted]) => sample.labels[key] === wanted),
  );
  return found.reduce((sum, sample) => sum + sample.value, 0);
}

const PREDICT = '/v2/models/breast-cancer/versions/1/predict';

test('requests, rows, runs and refused values are counted where they belong', async () => {
  const before = await scrape();
  const row = sampleRow('breast-cancer/1');
  await post(inference, PREDICT, { rows: [row, row, row] });
  await post(inference, PREDICT, { rows: [{ ...row, 'mean radius': -1, 'mean area': 'x' }] });
  await post(inference, '/v2/models/breast-cancer/infer', '{');
  await get(inference, '/v2/health/ready');
  const after = await scrape();
  const grown = (name: string, labels?: Record<string, string>) =>
    value(after, name, labels) - value(before, name, labels);
  const predict = { model: 'breast-cancer', version: '1', route: 'predict' };
  expect(grown('inferstack_requests_total', { ...predict, code: '200' })).toBe(1);
  expect(grown('inferstack_requests_total', { ...predict, code: '422' })).toBe(1);
  expect(grown('inferstack_requests_total', { version: '2', route: 'infer', code: '400' })).toBe(1);
  // Probes are not counted: a replica that starts would look like one that fails.
  expect(grown('inferstack_requests_total')).toBe(3);
  expect(grown('inferstack_request_duration_seconds_count', predict)).toBe(2);
  expect(grown('inferstack_rows_total', { version: '1' })).toBe(3);
  expect(grown('inferstack_inference_duration_seconds_count', { version: '1' })).toBe(1);
  expect(grown('inferstack_validation_failures_total', { reason: 'INPUT_OUT_OF_RANGE' })).toBe(1);
  expect(grown('inferstack_validation_failures_total', { reason: 'INPUT_VALUE_TYPE' })).toBe(1);
  expect(value(after, 'inferstack_requests_in_flight')).toBe(0);
});

test('errors have their series before the first one: a rate() must not miss it', async () => {
  const fresh = await serve(
    testConfig(['breast-cancer/1'], { listeners: { ...LOCAL, grpc: LOCAL.inference } }),
  );
  const { text } = await get(fresh.ports.management, '/metrics');
  const [requests] = parseExposition(text).filter(({ name }) => name === 'inferstack_requests_total');
  const seen = requests!.samples.map(({ labels, value }) => `${labels.route} ${labels.code} ${value}`);
  const routes = ['infer', 'predict', 'grpc_infer', 'grpc_stream_infer'];
  expect(seen).toEqual(
    routes.flatMap((route) => ['200', '500', '503', '504'].map((code) => `${route} ${code} 0`)),
  );
  await fresh.stop();
  const { text: plain } = await get(management, '/metrics');
  expect(plain).not.toContain('grpc_infer');
});

test('names a caller makes up add no series', async () => {
  const ask = (i: number) => [
    get(inference, `/v2/models/made-up-${i}`),
    get(inference, `/v2/models/breast-cancer/versions/${i + 100}`),
    get(inference, `/nowhere/${i}`),
    call(inference, `MADEUP${i}`.replace(/\d/g, ''), '/v2'),
  ];
  await Promise.all(ask(0).map((reply) => reply.catch(() => undefined)));
  const before = (await scrape()).length;
  await Promise.all([1, 2, 3, 4].flatMap(ask).map((reply) => reply.catch(() => undefined)));
  const after = await scrape();
  expect(after.length).toBe(before);
  expect(value(after, 'inferstack_requests_total', { model: '_unknown', code: '404' })).toBe(5);
});

test('models, readiness and the process are described', async () => {
  const all = await scrape();
  const { digest } = modelEntry('breast-cancer/2');
  expect(value(all, 'inferstack_model_info', { model: 'breast-cancer', version: '2', digest })).toBe(1);
  expect(value(all, 'inferstack_model_load_seconds', { version: '2' })).toBeGreaterThan(0);
  expect(value(all, 'inferstack_ready')).toBe(1);
  expect(value(all, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect(value(all, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(Math.abs(value(all, 'process_start_time_seconds') - performance.timeOrigin / 1000)).toBeLessThan(1);
  expect(value(all, 'nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
});

test('the exposition follows the format and the naming rules', async () => {
  const families = parseExposition((await get(management, '/metrics')).text);
  for (const { name, type, samples: lines } of families) {
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|percent|mb|kib|mib)(_|$)/i);
    if (type === 'histogram') expectBuckets(lines);
  }
});

/** Buckets of every series ascend, end at +Inf, and the last one is the count. */
function expectBuckets(lines: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const line of lines) {
    const { le: _, ...labels } = line.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), line]);
  }
  for (const all of series.values()) {
    const buckets = all.filter(({ name }) => name.endsWith('_bucket'));
    expect(buckets.at(-1)!.labels.le).toBe('+Inf');
    expect(buckets.at(-1)!.value).toBe(all.find(({ name }) => name.endsWith('_count'))!.value);
    buckets.slice(1).forEach((bucket, i) => {
      expect(bucket.value).toBeGreaterThanOrEqual(buckets[i]!.value);
      if (bucket.labels.le !== '+Inf')
        expect(Number(bucket.labels.le)).toBeGreaterThan(Number(buckets[i]!.labels.le));
    });
  }
}

const isThere = spawnSync('promtool', ['--version']).status === 0;
const judged = testWith('promtool', isThere, 'install the Debian package prometheus');
judged('promtool finds nothing to complain about', async () => {
  const { text } = await get(management, '/metrics');
  const result = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  expect([result.status, result.stdout, result.stderr]).toEqual([0, '', '']);
});

test('histograms put a value on a bound into its bucket; label values are escaped; series outlive growth', () => {
  const registry = new MetricRegistry();
  const histogram = registry.histogram('h_seconds', 'Help with \\ and\nline.', [0.1, 1], ['name']);
  const first = histogram.with('a "quoted" \\ value\nof two lines');
  for (const seconds of [0.05, 0.1, 0.5, 1, 2]) first.observe(seconds);
  const counter = registry.counter('c_total', 'Count.', ['i']);
  for (let i = 0; i < 2_000; i++) counter.with(String(i)).add(i);
  const [h, c] = parseExposition(expose(registry));
  expect(h!.samples.map((sample) => sample.value)).toEqual([2, 4, 5, 3.65, 5]);
  expect(h!.samples[0]!.labels).toEqual({ name: 'a "quoted" \\ value\nof two lines', le: '0.1' });
  expect(c!.samples.map((sample) => sample.value)).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
});

test('health tells models, digests, golden samples and the state', async () => {
  const { status, json } = await get(management, '/health');
  expect(status).toBe(200);
  expect(json).toMatchObject({ endpoint: 'test', role: 'serve', phase: 'ready', ready: true });
  expect(json.models[0]).toEqual({
    ...{ name: 'breast-cancer', version: '1', digest: modelEntry('breast-cancer/1').digest },
    ...{
      state: 'serving',
      loadSeconds: expect.any(Number),
      goldenSamples: { passed: samples('breast-cancer/1').length },
      memoryBytes: expect.any(Number),
      // Where it runs is measured, and a busy machine measures another time.
      execution: expect.objectContaining({ placement: expect.stringMatching(/^(inline|threads)$/) }),
    },
  });
});

test('the configuration is shown without credentials and signed queries', async () => {
  const [model] = testConfig(['digits/1']).models;
  const uri = 'https://user:secret@models.example/digits.tar.gz?sig=secret#secret';
  const config = testConfig([], {
    models: [
      { ...model!, uri },
      { ...model!, name: 'local', uri: '/models/x?y' },
    ],
  });
  const starting = await startRole(config);
  const reply = await get(starting.ports.management, '/config');
  expect(reply.json.models[0].uri).toBe('https://models.example/digits.tar.gz');
  expect(reply.json.models[1].uri).toBe('/models/x?y');
  expect(reply.text).not.toContain('secret');
  expect(reply.json.limits).toEqual(config.limits);
  await starting.stop();
});

test.each([
  ['GET', '/', 404],
  ['GET', '/metrics/', 404],
  ['POST', '/metrics', 405],
])('management: %s %s is %i', async (method, path, status) => {
  expect((await call(management, method, path)).status).toBe(status);
});

test('the inference listener shows nothing of management', async () => {
  for (const path of ['/metrics', '/health', '/config']) {
    expect((await get(inference, path)).status).toBe(404);
  }
});
