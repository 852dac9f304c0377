import type { MonitoringPlan } from '../../core';
import type { Panel } from '../dashboard-panels';
import type { VertexQueries } from './vertex-queries';

/** Of the platform, which writes once a minute. */
const WINDOW_SECONDS = 120;

/** What an operator asks first. */
export function vertexPanels(queries: VertexQueries, { errors, latency }: MonitoringPlan): Panel[] {
  const quantiles = [0.5, 0.95, 0.99].map((q) => ({
    query: queries.quantile(q, WINDOW_SECONDS),
    legend: `p${q * 100}`,
  }));
  return [
    {
      title: 'Requests by status',
      unit: '1/s',
      queries: [{ query: queries.rateByStatus(WINDOW_SECONDS), legend: '${metric.labels.response_code}' }],
    },
    {
      title: 'Failed requests (5xx)',
      unit: '%',
      queries: [{ query: queries.errorPercent(WINDOW_SECONDS), legend: 'failed' }],
      limit: errors?.maxPercent,
    },
    { title: 'Time to answer', unit: 'ms', queries: quantiles, limit: latency?.maxP99Ms },
    ...replicaPanels(queries),
  ];
}

/** By deployed model, so that the old one and the new one are told apart while both are there. */
function replicaPanels(queries: VertexQueries): Panel[] {
  const legend = '${metric.labels.deployed_model_id}';
  const byModel = (aggregation: string) => `${aggregation} by (deployed_model_id)`;
  return [
    {
      title: 'Replicas',
      unit: '1',
      queries: [
        { query: queries.gauge(byModel('sum'), 'replicas'), legend },
        { query: queries.gauge(byModel('sum'), 'target_replicas'), legend: `${legend} wanted` },
      ],
    },
    {
      title: 'CPU of the busiest replica',
      unit: '10^2.%',
      queries: [{ query: queries.gauge(byModel('max'), 'cpu_utilization'), legend }],
    },
    {
      title: 'Memory of the largest replica',
      unit: 'By',
      queries: [{ query: queries.gauge(byModel('max'), 'memory_bytes_used'), legend }],
    },
  ];
}
