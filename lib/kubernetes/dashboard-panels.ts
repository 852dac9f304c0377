import type { EndpointContext } from './context';
import { METRICS } from './metrics';

export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/ */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Drawn as a line across the panel: the limit of the alarm. */
  readonly limit?: number;
}

/**
 * What an operator asks first.
 *
 * @param matcher PromQL matchers that select this endpoint's series.
 */
export function dashboardPanels(context: EndpointContext, matcher: string): Panel[] {
  return [
    ...trafficPanels(context, matcher),
    ...durationPanels(context, matcher),
    ...loadPanels(context, matcher),
    ...inputPanels(matcher),
  ];
}

function trafficPanels({ plan }: EndpointContext, matcher: string): Panel[] {
  const total = `sum(rate(${METRICS.requests}{${matcher}}[$__rate_interval]))`;
  const failed = `sum(rate(${METRICS.requests}{${matcher},code=~"5.."}[$__rate_interval])) or vector(0)`;
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: [{ expr: rateBy('code', METRICS.requests, matcher), legend: '{{code}}' }],
    },
    {
      title: 'Failed requests (5xx)',
      unit: 'percent',
      queries: [{ expr: `100 * (${failed}) / ${total}`, legend: 'failed' }],
      limit: plan.monitoring.errors?.maxPercent,
    },
  ];
}

function durationPanels({ plan }: EndpointContext, matcher: string): Panel[] {
  const { latency } = plan.monitoring;
  const quantiles = (metric: string): Query[] =>
    [0.5, 0.95, 0.99].map((q) => ({
      expr: `histogram_quantile(${q}, ${rateBy('le', `${metric}_bucket`, matcher)})`,
      legend: `p${q * 100}`,
    }));
  return [
    {
      title: 'Time to answer',
      unit: 's',
      queries: quantiles(METRICS.duration),
      limit: latency === null ? undefined : latency.maxP99Ms / 1000,
    },
    { title: 'Time of a model run', unit: 's', queries: quantiles(METRICS.inference) },
  ];
}

function loadPanels({ name, plan }: EndpointContext, matcher: string): Panel[] {
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
        {
          // Of kube-state-metrics.
          expr: `sum(kube_deployment_spec_replicas{deployment="${name}",namespace=~"$namespace"})`,
          legend: 'wanted',
        },
      ],
      limit: plan.scaling.maxReplicas,
    },
  ];
}

function inputPanels(matcher: string): Panel[] {
  return [
    {
      title: 'Refused values by reason',
      unit: 'reqps',
      queries: [{ expr: rateBy('reason', METRICS.validationFailures, matcher), legend: '{{reason}}' }],
    },
    {
      title: 'Rows by model version',
      unit: 'short',
      queries: [{ expr: rateBy('version', METRICS.rows, matcher), legend: 'version {{version}}' }],
    },
  ];
}

const rateBy = (label: string, metric: string, matcher: string) =>
  `sum by (${label}) (rate(${metric}{${matcher}}[$__rate_interval]))`;
