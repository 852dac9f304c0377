import type { Construct } from 'constructs';
import type { EndpointContext } from '../context';
import { AnalysisMetrics } from './analysis-metrics';
import { AnalysisQueries, type WatchedGate } from './analysis-queries';
import { type AnalysisMetric, AnalysisTemplate, type ArgoAnalysis } from './custom-resources';

export interface AnalysisSource {
  readonly prometheusUrl: string;
  /** PromQL matchers that select the endpoint's series. */
  readonly matcher: string;
}

/** Creates what judges a new version, as the strategy asks for it, each once. */
export class Analyses {
  readonly templates: AnalysisTemplate[] = [];
  private readonly metrics: AnalysisMetrics;
  private readonly gates: readonly WatchedGate[];

  constructor(
    private readonly scope: Construct,
    private readonly context: EndpointContext,
    { prometheusUrl, matcher }: AnalysisSource,
  ) {
    this.metrics = new AnalysisMetrics(new AnalysisQueries(context.plan, matcher), prometheusUrl);
    // The checks let no other pass.
    this.gates = context.plan.rollout.gates as readonly WatchedGate[];
  }

  /** Prometheus knows the new version. */
  seen(): ArgoAnalysis {
    return this.template('Seen', '-seen', [this.metrics.seen()]);
  }

  /**
   * The alarms and the gates, all the time.
   *
   * @param seconds when it ends by itself; undefined: by failing, or with the rollout
   */
  watch(seconds?: number): ArgoAnalysis {
    return this.template('Watch', '-watch', [
      ...this.metrics.alarms(this.context.plan.monitoring, seconds),
      ...this.gates.map((gate) => this.metrics.gate(gate, seconds)),
    ]);
  }

  /**
   * Every gate was passed; undefined without gates.
   *
   * @param afterSeconds when it is asked first
   */
  passed(afterSeconds: number): ArgoAnalysis | undefined {
    if (this.gates.length === 0) return undefined;
    const metrics = this.gates.map((gate) => this.metrics.passed(gate, afterSeconds));
    return this.template('Passed', '-passed', metrics);
  }

  private template(id: string, suffix: string, metrics: readonly AnalysisMetric[]): ArgoAnalysis {
    const template = new AnalysisTemplate(this.scope, id, {
      metadata: this.context.metadata(suffix, 'monitoring'),
      spec: { args: VALUES.map(({ name }) => ({ name })), metrics },
    });
    this.templates.push(template);
    return { templates: [{ templateName: template.name }], args: VALUES };
  }
}

/** Two analyses as one, where Argo takes one. */
export function together(first: ArgoAnalysis, second: ArgoAnalysis | undefined): ArgoAnalysis {
  return second === undefined ? first : { ...first, templates: [...first.templates, ...second.templates] };
}

/** What the queries are told, by the names they use. */
const VALUES: ArgoAnalysis['args'] = [
  { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  { name: 'latest-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
];
