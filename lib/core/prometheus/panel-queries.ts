import type { EndpointPlan } from '../plan';
import { byModel } from './by-model';
import { METRICS } from './metrics';

/** A line of a Grafana panel, or one for each series it finds. */
export interface PanelQuery {
  readonly expr: string;
  readonly legend: string;
}

/** Lines of panels that show each model of an endpoint by itself, once it has several. */
export class PanelQueries {
  private readonly models: readonly string[];

  /** @param series PromQL matchers that select the endpoint's series */
  constructor(
    plan: Pick<EndpointPlan, 'models' | 'runtime'>,
    private readonly series: string,
  ) {
    this.models = byModel(plan);
  }

  /** Requests that failed (5xx), percent; 0 while none does. */
  failedPercent(): PanelQuery {
    const rate = (more: string) => `(rate(${METRICS.requests}{${this.series}${more}}[$__rate_interval]))`;
    if (this.models.length === 0) {
      const failed = `sum${rate(',code=~"5.."')} or vector(0)`;
      return { expr: `100 * (${failed}) / sum${rate('')}`, legend: 'failed' };
    }
    const all = `sum by (model) ${rate('')}`;
    const failed = `sum by (model) ${rate(',code=~"5.."')} or 0 * ${all}`;
    return { expr: `100 * (${failed}) / ${all}`, legend: '{{model}}' };
  }

  /** 50th, 95th and 99th percentile of a histogram. */
  quantiles(metric: string): PanelQuery[] {
    const buckets = this.rateBy([...this.models, 'le'], `${metric}_bucket`);
    return [0.5, 0.95, 0.99].map((q) => ({
      expr: `histogram_quantile(${q}, ${buckets})`,
      legend: [...this.shown, `p${q * 100}`].join(' '),
    }));
  }

  rowsByVersion(): PanelQuery {
    const [model] = this.shown;
    const legend = model === undefined ? 'version {{version}}' : `${model} {{version}}`;
    return { expr: this.rateBy([...this.models, 'version'], METRICS.rows), legend };
  }

  /** Per second, by the values of a label. */
  rate(label: string, metric: string): PanelQuery {
    return { expr: this.rateBy([label], metric), legend: `{{${label}}}` };
  }

  private get shown(): string[] {
    return this.models.map((label) => `{{${label}}}`);
  }

  private rateBy(labels: readonly string[], metric: string): string {
    return `sum by (${labels.join(', ')}) (rate(${metric}{${this.series}}[$__rate_interval]))`;
  }
}
