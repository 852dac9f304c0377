import { EMF_METRICS, type EmfMetricKey } from '../contract';
import type { MetricsObserver, ModelLabels } from '../monitoring';
import { Distribution, type ValueCounts } from './distribution';

export type EmfValues = ReadonlyMap<EmfMetricKey, number | ValueCounts>;

export interface ModelValues {
  readonly model: ModelLabels;
  readonly values: EmfValues;
}

/** What happened to one model since the last line. */
class ModelWindow {
  requests = 0;
  errors = 0;
  validationFailures = 0;
  rows = 0;
  readonly latency = new Distribution();
  readonly modelLatency = new Distribution();
  readonly queueTime = new Distribution();
  readonly batchSize = new Distribution();

  constructor(readonly model: ModelLabels) {}

  /** Sums are told even when they are 0, so that graphs and alarms see a quiet endpoint and not a dead one. */
  take(): EmfValues {
    const { requests, errors, validationFailures, rows } = this;
    this.requests = 0;
    this.errors = 0;
    this.validationFailures = 0;
    this.rows = 0;
    const values = new Map<EmfMetricKey, number | ValueCounts>(
      Object.entries({ requests, errors, validationFailures, rows }) as [EmfMetricKey, number][],
    );
    for (const key of ['latency', 'modelLatency', 'queueTime', 'batchSize'] as const) {
      const taken = this[key].take();
      if (taken) values.set(key, taken);
    }
    return values;
  }
}

/** Collects what one minute brought, model by model. */
export class EmfWindow implements MetricsObserver {
  private readonly models = new Map<string, ModelWindow>();
  private readonly inFlight = new Distribution();

  onModel(model: ModelLabels): void {
    const key = keyOf(model);
    if (!this.models.has(key)) this.models.set(key, new ModelWindow(model));
  }

  onRequest(model: ModelLabels, _route: string, code: number, ms: number): void {
    const window = this.models.get(keyOf(model));
    if (window === undefined) return;
    window.requests += 1;
    if (code >= 500) window.errors += 1;
    window.latency.observe(ms);
  }

  onRows(model: ModelLabels, rows: number): void {
    const window = this.models.get(keyOf(model));
    if (window) window.rows += rows;
  }

  onRun(model: ModelLabels, rows: number, runMs: number, queueMs: number): void {
    const window = this.models.get(keyOf(model));
    if (window === undefined) return;
    window.modelLatency.observe(runMs);
    window.queueTime.observe(queueMs);
    window.batchSize.observe(rows);
  }

  onValidationFailures(model: ModelLabels, count: number): void {
    const window = this.models.get(keyOf(model));
    if (window) window.validationFailures += count;
  }

  sampleInFlight(requests: number): void {
    this.inFlight.observe(requests);
  }

  /** What was collected since the last call: of each model, then of the process. */
  take(): { readonly models: readonly ModelValues[]; readonly endpoint: EmfValues } {
    const models = [...this.models.values()].map((window) => ({
      model: window.model,
      values: window.take(),
    }));
    const inFlight = this.inFlight.take();
    const endpoint = new Map<EmfMetricKey, number | ValueCounts>();
    if (inFlight) endpoint.set('inFlight', inFlight);
    return { models, endpoint };
  }
}

function keyOf({ name, version }: ModelLabels): string {
  return `${name}/${version}`;
}

/** Names and units, for the directive of a line. */
export function definitions(values: EmfValues): { Name: string; Unit: string }[] {
  return [...values.keys()].map((key) => ({ Name: EMF_METRICS[key].name, Unit: EMF_METRICS[key].unit }));
}
