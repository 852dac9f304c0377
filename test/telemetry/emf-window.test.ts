import { RuntimeMetrics } from '../../runtime/src/monitoring';
import { EmfReporter } from '../../runtime/src/telemetry/emf-reporter';

const MODEL = { name: 'm', version: '1' };
const metrics = new RuntimeMetrics();
const lines: Record<string, unknown>[] = [];
let reporter: EmfReporter;
beforeEach(() => {
  lines.length = 0;
  reporter = new EmfReporter({
    endpoint: 'e',
    inFlight: () => 3,
    write: (line) => lines.push(JSON.parse(line)),
  });
  metrics.observer = reporter.window;
  metrics.addModel(MODEL, 'sha256:0', 1);
});
afterEach(() => reporter.close());
afterAll(() => metrics.close());

test('a line tells what happened since the one before', () => {
  for (const code of [200, 500, 503, 422, 499]) metrics.countRequest(MODEL, 'infer', code, 0.01);
  metrics.countRun(MODEL, 7, 0.01);
  metrics.runsOf('m', '1').onRun(7, 2, 5, 1);
  reporter.flush();
  expect(lines[0]).toMatchObject({
    Endpoint: 'e',
    Model: 'm',
    Version: '1',
    Requests: 5,
    Errors: 2,
    Rows: 7,
  });
  expect(lines[0]).toMatchObject({
    BatchSize: { Values: [7] },
    ModelLatency: { Sum: 5 },
    QueueTime: { Sum: 1 },
  });
  reporter.flush();
  // Quiet is told as zero: an alarm must be able to tell a quiet endpoint from a dead one.
  expect(lines[1]).toMatchObject({ Requests: 0, Errors: 0, ValidationFailures: 0, Rows: 0 });
  expect(lines[1]).not.toHaveProperty('Latency');
});

test('questions about the server are no predictions; names nobody serves make no metrics', () => {
  metrics.countRequest(MODEL, 'metadata', 200, 1);
  metrics.countRequest({ name: '_unknown', version: '_unknown' }, 'infer', 404, 1);
  reporter.flush();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ Model: 'm', Requests: 0 });
});

test('what is left is written at the end, with the requests in progress', () => {
  // A route that was not announced as one of predictions says nothing about them.
  metrics.countRequest(MODEL, 'adapter_legacy', 200, 0.01);
  metrics.addRoutes('grpc_infer');
  metrics.countRequest(MODEL, 'grpc_infer', 200, 0.01);
  reporter.close();
  expect(lines).toMatchObject([
    { Model: 'm', Requests: 1 },
    { Endpoint: 'e', InFlight: { Values: [3], Counts: [1] } },
  ]);
  expect(lines[1]).not.toHaveProperty('Model');
});
