import type { Problem } from '../contract';
import { MetricRegistry } from './family';
import { registerProcessMetrics } from './process-metrics';

/** What was wrong with a value, and what became of it: names from model.yaml and from a fixed list. */
interface Finding {
  readonly field: string;
  readonly rule: string;
  readonly policy: string;
}

export interface ModelLabels {
  readonly name: string;
  readonly version: string;
}

/** Told about the runs of one model; times in milliseconds. */
export interface ModelRuns {
  onRun(rows: number, requests: number, runMs: number, queueMs: number): void;
  onWorkerLost(): void;
}

/** Is told what is counted, for those who count in another way; times in milliseconds. */
export interface MetricsObserver {
  onModel(model: ModelLabels): void;
  onRequest(model: ModelLabels, route: string, code: number, ms: number): void;
  onRows(model: ModelLabels, rows: number): void;
  onRun(model: ModelLabels, rows: number, runMs: number, queueMs: number): void;
  onValidationFailures(model: ModelLabels, count: number): void;
}

/** Seconds; fine where small models are, coarse up to the longest request anybody waits for. */
const REQUEST_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024];
export const RUN_BOUNDS = [
  0.00001,
  0.000025,
  0.00005,
  0.0001,
  0.00025,
  0.0005,
  ...REQUEST_BOUNDS.slice(1, -1),
];

/**
 * Series that exist before anything is counted: Prometheus takes the first value it sees of a series for its start, so
 * that the first burst of errors would be missed by every rate() and every alert on it.
 */
const FIRST_CODES = ['200', '500', '503', '504'];

/** Every metric of the runtime. Alert rules and dashboards rely on names, labels and units: they are a contract. */
export class RuntimeMetrics {
  readonly registry = new MetricRegistry();
  private readonly stopProcessMetrics: () => void;
  private readonly routes = new Set(['infer', 'predict']);
  private readonly requests = this.registry.counter(
    'inferstack_requests_total',
    'Requests answered, by HTTP status. Health probes are not counted.',
    ['model', 'version', 'route', 'code'],
  );
  private readonly durations = this.registry.histogram(
    'inferstack_request_duration_seconds',
    'Time from the request head to the last byte handed to the socket.',
    REQUEST_BOUNDS,
    ['model', 'version', 'route'],
  );
  readonly inFlight = this.registry
    .gauge('inferstack_requests_in_flight', 'Prediction requests in progress.')
    .with();
  private readonly rows = this.registry.counter('inferstack_rows_total', 'Rows run through the model.', [
    'model',
    'version',
  ]);
  private readonly runs = this.registry.histogram(
    'inferstack_inference_duration_seconds',
    'Time of a run of the model, waiting for its turn included.',
    RUN_BOUNDS,
    ['model', 'version'],
  );
  private readonly batchRows = this.registry.histogram(
    'inferstack_batch_rows',
    'Rows that shared a run.',
    BATCH_BOUNDS,
    ['model', 'version'],
  );
  private readonly queueing = this.registry.histogram(
    'inferstack_queue_duration_seconds',
    'Time the oldest request of a run had waited for it.',
    RUN_BOUNDS,
    ['model', 'version'],
  );
  private readonly engine = this.registry.histogram(
    'inferstack_run_duration_seconds',
    'Time of a run in the engine, the way to a worker included.',
    RUN_BOUNDS,
    ['model', 'version'],
  );
  private readonly lost = this.registry.counter(
    'inferstack_workers_lost_total',
    'Workers that crashed or hung and were replaced.',
    ['model', 'version'],
  );
  private readonly failures = this.registry.counter(
    'inferstack_validation_failures_total',
    'Values and tensors refused, by the code of the problem.',
    ['model', 'version', 'reason'],
  );
  private readonly quality = this.registry.counter(
    'inferstack_quality_findings_total',
    'Values that broke a rule of their field, or that a feature store could not give, and what became of them.',
    ['model', 'version', 'field', 'rule', 'policy'],
  );
  private readonly info = this.registry.gauge('inferstack_model_info', 'Models that serve; always 1.', [
    'model',
    'version',
    'digest',
  ]);
  private readonly loads = this.registry.gauge(
    'inferstack_model_load_seconds',
    'Time from fetching the package to its last golden sample.',
    ['model', 'version'],
  );
  readonly ready = this.registry
    .gauge('inferstack_ready', '1 when this process wants traffic, else 0.')
    .with();

  private readonly spansExported = this.registry
    .counter('inferstack_trace_spans_exported_total', 'Spans the collector has taken.')
    .with();
  private readonly spansDropped = this.registry.counter(
    'inferstack_trace_spans_dropped_total',
    'Spans that were lost: the queue was full, or the collector did not take them.',
    ['reason'],
  );
  /** Set before the first model is announced. */
  observer: MetricsObserver | undefined;

  constructor() {
    for (const reason of ['queue_full', 'export_failed']) this.spansDropped.with(reason);
    this.stopProcessMetrics = registerProcessMetrics(this.registry);
  }

  /** Announces routes that run models; to be called before the first model is announced. */
  addRoutes(...routes: readonly string[]): void {
    for (const route of routes) this.routes.add(route);
  }

  /** Announces a model; its series exist from then on, so that rates start at zero. */
  addModel({ name, version }: ModelLabels, digest: string, loadSeconds: number): void {
    this.observer?.onModel({ name, version });
    this.info.with(name, version, digest).set(1);
    this.loads.with(name, version).set(loadSeconds);
    this.rows.with(name, version);
    this.runs.with(name, version);
    for (const route of this.routes) {
      for (const code of FIRST_CODES) this.requests.with(name, version, route, code);
      this.durations.with(name, version, route);
    }
  }

  countRequest({ name, version }: ModelLabels, route: string, code: number, seconds: number): void {
    this.requests.with(name, version, route, String(code)).add();
    this.durations.with(name, version, route).observe(seconds);
    // Questions about the server itself are no predictions.
    if (this.routes.has(route)) this.observer?.onRequest({ name, version }, route, code, seconds * 1000);
  }

  countRun({ name, version }: ModelLabels, rows: number, seconds: number): void {
    this.rows.with(name, version).add(rows);
    this.runs.with(name, version).observe(seconds);
    this.observer?.onRows({ name, version }, rows);
  }

  /** Counters of one model's runs, looked up once: they are touched on every run. */
  runsOf(name: string, version: string): ModelRuns {
    const rows = this.batchRows.with(name, version);
    const queueing = this.queueing.with(name, version);
    const engine = this.engine.with(name, version);
    const lost = this.lost.with(name, version);
    const model = { name, version };
    return {
      onRun: (batchRows, _requests, runMs, queueMs) => {
        rows.observe(batchRows);
        queueing.observe(queueMs / 1000);
        engine.observe(runMs / 1000);
        this.observer?.onRun(model, batchRows, runMs, queueMs);
      },
      onWorkerLost: () => lost.add(),
    };
  }

  countValidationFailures({ name, version }: ModelLabels, problems: readonly Problem[]): void {
    for (const { code } of problems) this.failures.with(name, version, code).add();
    this.observer?.onValidationFailures({ name, version }, problems.length);
  }

  countQualityFindings({ name, version }: ModelLabels, findings: readonly Finding[]): void {
    for (const { field, rule, policy } of findings)
      this.quality.with(name, version, field, rule, policy).add();
  }

  countSpansExported(spans: number): void {
    this.spansExported.add(spans);
  }

  countSpansDropped(spans: number, reason: 'queue_full' | 'export_failed'): void {
    this.spansDropped.with(reason).add(spans);
  }

  close(): void {
    this.stopProcessMetrics();
  }
}
