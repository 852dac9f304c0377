import { KubeConfigMap } from 'cdk8s-plus-32/lib/imports/k8s';
import type { Construct } from 'constructs';
import type { EndpointContext } from './context';
import { METRICS } from './metrics';

interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Drawn as a line across the panel: the limit of the alarm. */
  readonly limit?: number;
}

/** A Grafana dashboard as the ConfigMap that Grafana's sidecar looks for. */
export function dashboard(scope: Construct, context: EndpointContext, matcher: string): KubeConfigMap {
  return new KubeConfigMap(scope, 'Dashboard', {
    metadata: context.metadata('-dashboard', 'monitoring', { labels: { grafana_dashboard: '1' } }),
    data: { [`${context.name}.json`]: `${JSON.stringify(dashboardModel(context, matcher), null, 2)}\n` },
  });
}

/** https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function dashboardModel(context: EndpointContext, matcher: string): object {
  const { name } = context;
  return {
    // Grafana takes at most 40 characters.
    uid: `inferstack-${name}`.slice(0, 40).replace(/-+$/, ''),
    title: `Model endpoint ${name}`,
    description: `${context.plan.model.manifest.name}, served by inferstack.`,
    tags: ['inferstack', context.plan.model.manifest.name],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {} },
        namespaceVariable(context, matcher),
      ],
    },
    panels: panels(context, `${matcher},namespace=~"$namespace"`).map(renderPanel),
  };
}

function namespaceVariable({ namespace }: EndpointContext, matcher: string): object {
  const value = namespace ?? '$__all';
  return {
    name: 'namespace',
    type: 'query',
    datasource: DATASOURCE,
    query: { query: `label_values(${METRICS.ready}{${matcher}}, namespace)`, refId: 'namespace' },
    includeAll: true,
    allValue: '.*',
    current: { text: namespace ?? 'All', value },
    refresh: 2,
  };
}

function panels(context: EndpointContext, matcher: string): Panel[] {
  const { errors, latency } = context.plan.monitoring;
  const by = (label: string, metric: string, extra = '') =>
    `sum by (${label}) (rate(${metric}{${matcher}${extra}}[$__rate_interval]))`;
  const total = `sum(rate(${METRICS.requests}{${matcher}}[$__rate_interval]))`;
  const failed = `sum(rate(${METRICS.requests}{${matcher},code=~"5.."}[$__rate_interval])) or vector(0)`;
  const quantile = (q: number, metric: string) => ({
    expr: `histogram_quantile(${q}, ${by('le', `${metric}_bucket`)})`,
    legend: `p${q * 100}`,
  });
  const workload = workloadMatcher(context);
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: [{ expr: by('code', METRICS.requests), legend: '{{code}}' }],
    },
    {
      title: 'Failed requests (5xx)',
      unit: 'percent',
      queries: [{ expr: `100 * (${failed}) / ${total}`, legend: 'failed' }],
      limit: errors?.maxPercent,
    },
    {
      title: 'Time to answer',
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((q) => quantile(q, METRICS.duration)),
      limit: latency === null ? undefined : latency.maxP99Ms / 1000,
    },
    {
      title: 'Time of a model run',
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((q) => quantile(q, METRICS.inference)),
    },
    {
      title: 'Requests in progress by replica',
      unit: 'short',
      queries: [{ expr: `sum by (pod) (${METRICS.inFlight}{${matcher}})`, legend: '{{pod}}' }],
      limit: context.plan.runtime.maxInFlight,
    },
    {
      title: 'Replicas',
      unit: 'short',
      queries: [
        { expr: `sum(${METRICS.ready}{${matcher}})`, legend: 'ready' },
        { expr: `sum(kube_deployment_spec_replicas{${workload}})`, legend: 'wanted' },
      ],
      limit: context.plan.scaling.maxReplicas,
    },
    {
      title: 'Refused values by reason',
      unit: 'reqps',
      queries: [{ expr: by('reason', METRICS.validationFailures), legend: '{{reason}}' }],
    },
    {
      title: 'Rows by model version',
      unit: 'short',
      queries: [{ expr: by('version', METRICS.rows), legend: 'version {{version}}' }],
    },
  ];
}

const workloadMatcher = ({ name }: EndpointContext) => `deployment="${name}",namespace=~"$namespace"`;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
const WIDTH = 12;
const HEIGHT = 8;

function renderPanel({ title, unit, queries, limit }: Panel, index: number): object {
  const thresholds =
    limit === undefined
      ? []
      : [
          { value: null, color: 'transparent' },
          { value: limit, color: 'red' },
        ];
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        custom: { thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' } },
        thresholds: { mode: 'absolute', steps: thresholds },
      },
      overrides: [],
    },
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}
