import { servedNames } from '../core';
import { METRICS } from '../core/prometheus/metrics';
import { PanelQueries, type PanelQuery } from '../core/prometheus/panel-queries';
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
  const models = servedNames(context.plan);
  const dashboard = {
    // Grafana takes at most 40 characters.
    uid: `inferstack-${project}-${name}`.slice(0, 40).replace(/-+$/, ''),
    title: `Model endpoint ${name} (${project})`,
    description: `${models.join(', ')}, served by inferstack.`,
    tags: ['inferstack', ...models],
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
  const queries = new PanelQueries(context.plan, seriesOf(context));
  const { errors, latency } = context.plan.monitoring;
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: byLegend(queries.rate('code', METRICS.requests)),
    },
    {
      title: 'Failed requests (5xx)',
      unit: 'percent',
      queries: byLegend(queries.failedPercent()),
      limit: errors?.maxPercent,
    },
    {
      title: 'Time to answer',
      unit: 's',
      queries: byLegend(...queries.quantiles(METRICS.duration)),
      limit: latency === null ? undefined : latency.maxP99Ms / 1000,
    },
    { title: 'Time of a model run', unit: 's', queries: byLegend(...queries.quantiles(METRICS.inference)) },
  ];
}

function replicaPanels(context: EndpointContext): Panel[] {
  const { plan, name, project } = context;
  const series = seriesOf(context);
  const queries = new PanelQueries(plan, series);
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
      queries: byLegend(queries.rate('reason', METRICS.validationFailures)),
    },
    {
      title: 'Rows by model version',
      unit: 'short',
      queries: byLegend(queries.rowsByVersion()),
    },
  ];
}

const byLegend = (...queries: readonly PanelQuery[]): Record<string, string> =>
  Object.fromEntries(queries.map(({ legend, expr }) => [legend, expr]));

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
