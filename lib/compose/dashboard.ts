import { METRICS } from '../core/prometheus/metrics';
import { seriesOf } from './alerts';
import type { EndpointContext } from './context';

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
const WIDTH = 12;
const HEIGHT = 8;

interface Panel {
  readonly title: string;
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
  readonly unit: string;
  /** Legend to PromQL. */
  readonly queries: Readonly<Record<string, string>>;
  /** Drawn as a line across the panel: the limit of the alarm. */
  readonly limit?: number;
}

/**
 * A Grafana dashboard, to be imported or provisioned.
 *
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboardFile(context: EndpointContext): string {
  const { name, project } = context;
  const model = context.plan.model.manifest.name;
  const dashboard = {
    // Grafana takes at most 40 characters.
    uid: `inferstack-${project}-${name}`.slice(0, 40).replace(/-+$/, ''),
    title: `Model endpoint ${name} (${project})`,
    description: `${model}, served by inferstack.`,
    tags: ['inferstack', model],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {} },
      ],
    },
    panels: [...trafficPanels(context), ...replicaPanels(context)].map(renderPanel),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function trafficPanels(context: EndpointContext): Panel[] {
  const series = seriesOf(context);
  const { errors, latency } = context.plan.monitoring;
  const total = `sum(rate(${METRICS.requests}{${series}}[$__rate_interval]))`;
  const failed = `sum(rate(${METRICS.requests}{${series},code=~"5.."}[$__rate_interval])) or vector(0)`;
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: { '{{code}}': rateBy('code', METRICS.requests, series) },
    },
    {
      title: 'Failed requests (5xx)',
      unit: 'percent',
      queries: { failed: `100 * (${failed}) / ${total}` },
      limit: errors?.maxPercent,
    },
    {
      title: 'Time to answer',
      unit: 's',
      queries: quantiles(METRICS.duration, series),
      limit: latency === null ? undefined : latency.maxP99Ms / 1000,
    },
    { title: 'Time of a model run', unit: 's', queries: quantiles(METRICS.inference, series) },
  ];
}

function replicaPanels(context: EndpointContext): Panel[] {
  const { plan, name, project } = context;
  const series = seriesOf(context);
  const balancer = `job="${name}-balancer",project="${project}"`;
  return [
    {
      title: 'Requests in progress by replica',
      unit: 'short',
      queries: { '{{replica}}': `sum by (replica) (${METRICS.inFlight}{${series}})` },
      limit: plan.runtime.maxInFlight,
    },
    {
      title: 'Replicas',
      unit: 'short',
      queries: {
        ready: `sum(${METRICS.ready}{${series}})`,
        'ready for the balancer': `haproxy_backend_active_servers{proxy="predictions",${balancer}}`,
      },
      limit: plan.scaling.minReplicas,
    },
    {
      title: 'Waiting in the balancer, sent again',
      unit: 'short',
      queries: {
        waiting: `haproxy_backend_current_queue{proxy="predictions",${balancer}}`,
        'sent again per second': `rate(haproxy_backend_retry_warnings_total{proxy="predictions",${balancer}}[$__rate_interval])`,
      },
    },
    {
      title: 'Refused values by reason',
      unit: 'reqps',
      queries: { '{{reason}}': rateBy('reason', METRICS.validationFailures, series) },
    },
    {
      title: 'Rows by model version',
      unit: 'short',
      queries: { 'version {{version}}': rateBy('version', METRICS.rows, series) },
    },
  ];
}

function quantiles(metric: string, series: string): Record<string, string> {
  const buckets = rateBy('le', `${metric}_bucket`, series);
  return Object.fromEntries(
    [0.5, 0.95, 0.99].map((q) => [`p${q * 100}`, `histogram_quantile(${q}, ${buckets})`]),
  );
}

const rateBy = (label: string, metric: string, series: string): string =>
  `sum by (${label}) (rate(${metric}{${series}}[$__rate_interval]))`;

function renderPanel({ title, unit, queries, limit }: Panel, index: number): object {
  const steps =
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
        thresholds: { mode: 'absolute', steps },
      },
      overrides: [],
    },
    targets: Object.entries(queries).map(([legendFormat, expr], i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}
