import { PanelQueries, type PanelQuery } from '../core/prometheus/panel-queries';
import type { EndpointContext } from './context';
import { METRICS } from './metrics';

export interface Panel {
  readonly title: string;
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
  readonly unit: string;
  readonly queries: readonly PanelQuery[];
  /** Drawn as a line across the panel: the limit of the alarm. */
  readonly limit?: number;
}

/**
 * What an operator asks first.
 *
 * @param matcher PromQL matchers that select this endpoint's series.
 */
export function dashboardPanels(context: EndpointContext, matcher: string): Panel[] {
  const queries = new PanelQueries(context.plan, matcher);
  return [
    ...trafficPanels(context, queries),
    ...durationPanels(context, queries),
    ...loadPanels(context, matcher),
    ...inputPanels(queries),
  ];
}

function trafficPanels({ plan }: EndpointContext, queries: PanelQueries): Panel[] {
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: [queries.rate('code', METRICS.requests)],
    },
    {
      title: 'Failed requests (5xx)',
      unit: 'percent',
      queries: [queries.failedPercent()],
      limit: plan.monitoring.errors?.maxPercent,
    },
  ];
}

function durationPanels({ plan }: EndpointContext, queries: PanelQueries): Panel[] {
  const { latency } = plan.monitoring;
  return [
    {
      title: 'Time to answer',
      unit: 's',
      queries: queries.quantiles(METRICS.duration),
      limit: latency === null ? undefined : latency.maxP99Ms / 1000,
    },
    { title: 'Time of a model run', unit: 's', queries: queries.quantiles(METRICS.inference) },
  ];
}

function loadPanels({ workload, plan }: EndpointContext, matcher: string): Panel[] {
  return [
    {
      title: 'Requests in progress by replica',
      unit: 'short',
      queries: [{ expr: `sum by (pod) (${METRICS.inFlight}{${matcher}})`, legend: '{{pod}}' }],
      limit: plan.runtime.maxInFlight,
    },
    {
      title: 'Replicas',
      unit: 'short',
      queries: [
        { expr: `sum(${METRICS.ready}{${matcher}})`, legend: 'ready' },
        { expr: workload.wantedReplicas, legend: 'wanted' },
      ],
      limit: plan.scaling.maxReplicas,
    },
  ];
}

function inputPanels(queries: PanelQueries): Panel[] {
  return [
    {
      title: 'Refused values by reason',
      unit: 'reqps',
      queries: [queries.rate('reason', METRICS.validationFailures)],
    },
    {
      title: 'Rows by model version',
      unit: 'short',
      queries: [queries.rowsByVersion()],
    },
  ];
}
