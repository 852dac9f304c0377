import type { EndpointContext } from './context';
import { EndpointQueries } from './queries';

export interface Query {
  readonly query: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** UCUM: https://ucum.org/ucum */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Drawn as a line across the panel: the limit of the alarm. */
  readonly limit?: number;
}

/** Two points of the platform, which writes once a minute. */
const WINDOW_SECONDS = 120;

/** What an operator asks first. */
export function dashboardPanels(context: EndpointContext): Panel[] {
  const { errors, latency } = context.plan.monitoring;
  const queries = new EndpointQueries(context);
  const quantiles = (histogram: 'latency' | 'startup') =>
    [0.5, 0.95, 0.99].map((q) => ({
      query: queries.quantile(q, histogram, WINDOW_SECONDS),
      legend: `p${q * 100}`,
    }));
  return [
    {
      title: 'Requests by status',
      unit: '1/s',
      queries: [
        { query: queries.rateByStatus(WINDOW_SECONDS), legend: '${metric.labels.response_code_class}' },
      ],
    },
    {
      title: 'Failed requests (5xx)',
      unit: '%',
      queries: [{ query: queries.errorPercent(WINDOW_SECONDS), legend: 'failed' }],
      limit: errors?.maxPercent,
    },
    { title: 'Time to answer', unit: 'ms', queries: quantiles('latency'), limit: latency?.maxP99Ms },
    ...instancePanels(queries),
    { title: 'Time to start an instance', unit: 'ms', queries: quantiles('startup') },
  ];
}

function instancePanels(queries: EndpointQueries): Panel[] {
  const highest = (title: string, histogram: 'cpu' | 'memory' | 'concurrency', unit: string): Panel => ({
    title,
    unit,
    queries: [{ query: queries.quantile(0.99, histogram, WINDOW_SECONDS), legend: 'p99 of the instances' }],
  });
  return [
    {
      title: 'Instances',
      unit: '1',
      queries: [{ query: queries.instances(), legend: '${metric.labels.state}' }],
    },
    highest('CPU', 'cpu', '10^2.%'),
    highest('Memory', 'memory', '10^2.%'),
    highest('Requests at once in an instance', 'concurrency', '1'),
  ];
}
