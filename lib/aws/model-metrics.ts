import {
  EMF_DIMENSION_SETS,
  EMF_DIMENSIONS,
  EMF_METRICS,
  EMF_NAMESPACE,
  type EmfMetricKey,
} from '@inferstack/runtime/contract';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** What the measurements of a runtime are found by. */
export interface ModelSource {
  /** Name of the endpoint in the configuration of the runtime. */
  readonly endpoint: string;
  /** The first is the main one. */
  readonly models: readonly [main: string, ...others: string[]];
}

export interface ModelMetricOptions extends MetricOptions {
  /** Which of the models of the endpoint. @default - the main one */
  readonly model?: string;
  /** One version alone, to compare it with others. @default - all versions together */
  readonly version?: string;
}

/**
 * What the runtime measures of itself and writes into its log, from where CloudWatch takes it. Names and
 * dimensions come from the table that the runtime writes by.
 */
export class ModelMetrics {
  constructor(private readonly source: ModelSource) {}

  /** Predictions asked for. */
  requests(options?: ModelMetricOptions): Metric {
    return this.metric('requests', { statistic: Stats.SUM, label: 'Predictions' }, options);
  }

  /** Predictions that failed by fault of the server. */
  errors(options?: ModelMetricOptions): Metric {
    return this.metric('errors', { statistic: Stats.SUM, label: 'Failed' }, options);
  }

  /** Values and tensors refused by the rules of model.yaml. */
  validationFailures(options?: ModelMetricOptions): Metric {
    return this.metric('validationFailures', { statistic: Stats.SUM, label: 'Refused values' }, options);
  }

  /** Rows run through the model. */
  rows(options?: ModelMetricOptions): Metric {
    return this.metric('rows', { statistic: Stats.SUM, label: 'Rows' }, options);
  }

  /** From the request head to the answer as the runtime sees it, milliseconds. */
  latency(options?: ModelMetricOptions): Metric {
    return this.metric('latency', { statistic: Stats.p(99), label: 'p99' }, options);
  }

  /** One run of the model, milliseconds. */
  modelLatency(options?: ModelMetricOptions): Metric {
    return this.metric('modelLatency', { statistic: Stats.p(99), label: 'p99' }, options);
  }

  /** What the oldest request of a run had waited for it, milliseconds. */
  queueTime(options?: ModelMetricOptions): Metric {
    return this.metric('queueTime', { statistic: Stats.p(99), label: 'p99' }, options);
  }

  /** Rows that shared a run. */
  batchSize(options?: ModelMetricOptions): Metric {
    return this.metric('batchSize', { statistic: Stats.AVERAGE, label: 'Rows per run' }, options);
  }

  /** Predictions in progress in one replica. */
  inFlight(options?: MetricOptions): Metric {
    return this.metric('inFlight', { statistic: Stats.MAXIMUM, label: 'In progress' }, options);
  }

  private metric(
    key: EmfMetricKey,
    defaults: MetricOptions,
    { model = this.source.models[0], version, ...options }: ModelMetricOptions = {},
  ): Metric {
    const { name, of } = EMF_METRICS[key];
    const values: Record<string, string | undefined> = {
      [EMF_DIMENSIONS.endpoint]: this.source.endpoint,
      [EMF_DIMENSIONS.model]: model,
      [EMF_DIMENSIONS.version]: version,
    };
    const set = of === 'model' && version !== undefined ? 'version' : of;
    const dimensionsMap = Object.fromEntries(EMF_DIMENSION_SETS[set].map((dim) => [dim, values[dim]!]));
    const identity = { namespace: EMF_NAMESPACE, metricName: name, dimensionsMap };
    return new Metric({ ...identity, period: Duration.minutes(1), ...defaults, ...options });
  }
}
