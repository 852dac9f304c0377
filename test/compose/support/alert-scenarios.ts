import { stringify } from 'yaml';

/** Parts of the alerts of two replicas at 2 % and 500 ms, and what the scenarios must notice in their place. */
export const SPOILED_LIMITS = [
  ['> 2\n', '> 4\n'],
  ['> 0.5', '> 2'],
  ['>= 100', '>= 1'],
  ['5..', '[45]..'],
  [',project="models"', ''],
  ['< 2', '< 1'],
  ['or vector(0)', 'or vector(9)'],
] as const;

type Fires = readonly ('InferstackErrors' | 'InferstackLatency' | 'InferstackReplicasMissing')[];

interface Series {
  readonly series: string;
  readonly values: string;
}

/**
 * Scenarios for `promtool test rules`: what must fire and what must not. Series start at 0 and grow per minute.
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */
export function alertScenarios(rules: string): string {
  const well = [ready('a'), ready('b')];
  return stringify({
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      scenario(
        '3 % of many fail',
        [...well, requests('200', 970), requests('500', 30), ...fast(1000)],
        ['InferstackErrors'],
      ),
      scenario('1 % of many fail', [...well, requests('200', 990), requests('500', 10), ...fast(1000)], []),
      scenario('all of a few fail', [...well, requests('500', 10), ...fast(10)], []),
      scenario('callers err', [...well, requests('200', 500), requests('400', 500), ...fast(1000)], []),
      scenario(
        '5 % take a second',
        [...well, requests('200', 1000), ...buckets(1000, 950)],
        ['InferstackLatency'],
      ),
      scenario('a few are slow', [...well, requests('200', 10), ...buckets(10, 0)], []),
      scenario(
        'the endpoint of another project fails',
        [...well, requests('500', 1000, { project: 'other' }), requests('200', 1000), ...fast(1000)],
        [],
      ),
      scenario('one replica is missing', [ready('a')], ['InferstackReplicasMissing']),
      scenario('one replica is not ready', [ready('a'), ready('b', '0x20')], ['InferstackReplicasMissing']),
      scenario('nobody is there', [], ['InferstackReplicasMissing']),
    ],
  });
}

const ALERTS: Fires = ['InferstackErrors', 'InferstackLatency', 'InferstackReplicasMissing'];

function scenario(name: string, input: Series[], fires: Fires) {
  return {
    name,
    interval: '1m',
    input_series: input,
    promql_expr_test: ALERTS.map((alert) => ({
      expr: `count by (alertname) (ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: '10m',
      exp_samples: fires.includes(alert) ? [{ labels: `{alertname="${alert}"}`, value: 1 }] : [],
    })),
  };
}

function series(metric: string, labels: Readonly<Record<string, string>>, values: string): Series {
  const all = { job: 'tumours', project: 'models', replica: 'a', ...labels };
  const text = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  return { series: `${metric}{${text.join(',')}}`, values };
}

const ready = (replica: string, values = '1x20') => series('inferstack_ready', { replica }, values);

const requests = (code: string, perMinute: number, labels: Readonly<Record<string, string>> = {}) =>
  series('inferstack_requests_total', { code, ...labels }, `0+${perMinute}x10`);

/** Cumulative buckets: `quick` of `all` requests within 0.5 s, the rest within 1 s. */
function buckets(all: number, quick: number): Series[] {
  const bucket = (le: string, count: number) =>
    series('inferstack_request_duration_seconds_bucket', { le }, `0+${count}x10`);
  return [bucket('0.5', quick), bucket('1', all), bucket('+Inf', all)];
}

const fast = (all: number) => buckets(all, all);
