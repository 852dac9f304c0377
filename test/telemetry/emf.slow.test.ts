import Ajv from 'ajv';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ModelMetrics } from '../../lib/aws/model-metrics';
import { EMF_METRICS } from '../../runtime/src/contract';
import { fargate } from '../aws/support';
import { post } from '../runtime/support/http-client';
import { sampleRow, testConfig } from '../runtime/support/packages';
import { endProcesses, RuntimeProcess } from '../runtime/support/process';
import { documentSchema } from './support/emf-schema';

const MODEL = 'breast-cancer/2';
const PREDICT = '/v2/models/breast-cancer/predict';

interface Document {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

interface Distribution {
  readonly Values: number[];
  readonly Counts: number[];
  readonly Min: number;
  readonly Max: number;
  readonly Sum: number;
  readonly Count: number;
}

/** Lines a runtime wrote from its start to its end, and its whole output. */
async function run(endpoint: string): Promise<{ documents: Document[]; lines: string[] }> {
  const config = testConfig([MODEL]);
  const runtime = new RuntimeProcess({
    ...config,
    endpoint,
    telemetry: { ...config.telemetry, emf: true },
    // Lines of metrics are no log: a quiet level must not silence them.
    logging: { level: 'silent' },
  });
  const { inference } = await runtime.ready();
  const row = sampleRow(MODEL);
  for (let i = 0; i < 3; i++) await post(inference, PREDICT, { rows: [row, row] });
  await post(inference, PREDICT, { rows: [{ ...row, 'mean radius': -1, 'mean area': 'x' }] });
  await post(inference, PREDICT, '{');
  runtime.kill('SIGTERM');
  expect(await runtime.exit).toBe(0);
  const lines = runtime.stdout.split('\n').filter((line) => line !== '');
  return { documents: lines.map((line) => JSON.parse(line) as Document), lines };
}

let documents: Document[];
let lines: string[];
let native: ReturnType<typeof fargate>['native'];
let plan: ReturnType<typeof fargate>['endpoint']['plan'];
beforeAll(async () => {
  const { endpoint } = fargate();
  ({ native, plan } = endpoint);
  ({ documents, lines } = await run(plan.name));
});
afterAll(endProcesses);

test('every line fits the specification and its limits', () => {
  const validate = new Ajv({ strict: false }).compile(documentSchema);
  expect(documents).toHaveLength(2);
  for (const document of documents) {
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(Math.abs(document._aws.Timestamp - Date.now())).toBeLessThan(14 * 86_400_000);
    for (const { Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
      for (const name of Dimensions.flat()) expect(document[name]).toEqual(expect.stringMatching(/^\S+$/));
      for (const { Name } of Metrics) expect(document).toHaveProperty([Name]);
    }
  }
  // Container runtimes cut longer lines into pieces, and a piece is no document.
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(16 * 1024);
});

test('what happened is told as it happened', () => {
  const document = documents.find((candidate) => candidate['Model'] !== undefined)!;
  expect(document).toMatchObject({
    ...{ Endpoint: plan.name, Model: 'breast-cancer', Version: '2' },
    ...{ Requests: 5, Errors: 0, ValidationFailures: 2, Rows: 6 },
  });
  const latency = document['Latency'] as Distribution;
  expect(latency.Count).toBe(5);
  expect(latency.Counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  expect(latency.Min).toBeGreaterThan(0);
  expect(latency.Max).toBeGreaterThanOrEqual(latency.Min);
  const batch = document['BatchSize'] as Distribution;
  // Golden samples ran as well, but nobody asked for them.
  expect(batch).toMatchObject({ Min: 2, Max: 2, Sum: 6, Count: 3 });
});

const key = (namespace: string, name: string, dimensions: Record<string, string>) =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);

/** Every metric CloudWatch makes of the lines. */
function emitted(): Set<string> {
  const found = new Set<string>();
  for (const document of documents) {
    for (const { Namespace, Dimensions, Metrics } of document._aws.CloudWatchMetrics) {
      for (const set of Dimensions) {
        const values = Object.fromEntries(set.map((name) => [name, document[name] as string]));
        for (const { Name } of Metrics) found.add(key(Namespace, Name, values));
      }
    }
  }
  return found;
}

test('each metric of the native resource is one the runtime writes, also for one version', () => {
  const read = (metric: Metric) =>
    key(metric.namespace, metric.metricName, metric.dimensions as Record<string, string>);
  const version = { version: '2' };
  const metrics = [
    native.metricInFlight(),
    ...[undefined, version].flatMap((options) => [
      native.metricModelLatency(options),
      native.metricQueueTime(options),
      native.metricBatchSize(options),
      native.metricValidationFailures(options),
      native.metricRows(options),
      native.metricPredictions(options),
      native.metricFailedPredictions(options),
      native.metricPredictionLatency(options),
    ]),
  ];
  expect(new Set(metrics.map(read))).toEqual(emitted());
});

test('each metric of the dashboard is one the runtime writes', () => {
  const body = JSON.stringify(
    Object.values(Template.fromStack(Stack.of(native.service)).findResources('AWS::CloudWatch::Dashboard')),
  );
  const pattern = /\[\\*"Inferstack\\*",\\*"(\w+)\\*",((?:\\*"[^"\\]+\\*",)+)\{/g;
  const shown = [...body.matchAll(pattern)].map(([, name, rest]) => {
    const words = [...rest!.matchAll(/"([^"\\]+)\\*"/g)].map(([, word]) => word!);
    const pairs = Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, words[2 * i + 1]!]);
    return key('Inferstack', name!, Object.fromEntries(pairs));
  });
  const names = new Set(shown.map((text) => JSON.parse(text)[1]));
  expect(names).toEqual(new Set(['ModelLatency', 'QueueTime', 'BatchSize', 'ValidationFailures']));
  expect(shown.filter((metric) => !emitted().has(metric))).toEqual([]);
});

test('the endpoint switches the metrics on, with its own name', () => {
  const { runtimeConfig } = fargate().endpoint;
  expect(runtimeConfig.telemetry.emf).toBe(true);
  expect(runtimeConfig.endpoint).toBe(plan.name);
  expect(runtimeConfig.models[0]!.name).toBe('breast-cancer');
});

test('every metric of the table has a reader', () => {
  const stack = new Stack(new App(), 'Stack');
  const metrics = new ModelMetrics({ endpoint: 'e', models: ['m'] });
  const names = Object.keys(EMF_METRICS).map((name) => metrics[name as keyof ModelMetrics]().metricName);
  expect(stack.node.children).toEqual([]);
  expect(names).toEqual(Object.values(EMF_METRICS).map(({ name }) => name));
});
