import type { KubernetesEndpointOptions } from 'inferstack/kubernetes';
import { stringify } from 'yaml';
import { at } from './manifest';
import { type Props, type Rendered, type Synthesized, synthesize } from './synthesize';

/** The alerts of an endpoint as a Prometheus rule file, from either form they are written in. */
export function ruleFile({ manifests }: Rendered): string {
  const rule = manifests.find((m) => m.kind === 'PrometheusRule');
  if (rule !== undefined) return stringify(at(rule, 'spec'));
  const map = manifests.find((m) => m.metadata.name.endsWith('-alerts'));
  return Object.values(map!.data!)[0]!;
}

/** The queries of a dashboard as recording rules, Grafana's variables filled in, so that promtool can parse them. */
export function dashboardRules({ manifests }: Rendered): string | undefined {
  const map = manifests.find((m) => m.metadata.labels?.grafana_dashboard !== undefined);
  if (map === undefined) return undefined;
  const model = JSON.parse(Object.values(map.data!)[0]!) as { panels: { targets: { expr: string }[] }[] };
  const queries = model.panels.flatMap((panel) => panel.targets.map((target) => target.expr));
  const rules = queries.map((query, i) => ({
    record: `dashboard:query_${i}`,
    expr: query.replaceAll('$__rate_interval', '1m').replaceAll('$namespace', '.*'),
  }));
  return stringify({ groups: [{ name: 'dashboard', rules }] });
}

/** Limits of the endpoint the alert scenarios are about: 2 % and 500 ms over 5 minutes, from 100 requests on. */
export function scenarioEndpoint(options: KubernetesEndpointOptions = {}, props: Props = {}): Synthesized {
  return synthesize(options, {
    ...props,
    monitoring: { errors: { maxPercent: 2 }, latency: { maxP99: { toMilliseconds: () => 500 } } },
  });
}

/**
 * Scenarios for `promtool test rules`: what must fire and what must not. Series start at 0 and grow per minute.
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */
export function alertScenarios(rules: string): string {
  const failing = { InferstackErrors: true, InferstackLatency: false };
  const slow = { InferstackErrors: false, InferstackLatency: true };
  const quiet = { InferstackErrors: false, InferstackLatency: false };
  return stringify({
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      scenario(
        '3 % of many requests fail',
        [requests('200', 970), requests('500', 30), ...fast(1000)],
        failing,
      ),
      scenario(
        '1 % of many requests fail',
        [requests('200', 990), requests('500', 10), ...fast(1000)],
        quiet,
      ),
      scenario('all of a few requests fail', [requests('500', 10), ...fast(10)], quiet),
      scenario('callers err', [requests('200', 500), requests('400', 500), ...fast(1000)], quiet),
      scenario('5 % take a second', [requests('200', 1000), ...buckets(1000, 950)], slow),
      scenario('a few are slow', [requests('200', 10), ...buckets(10, 0)], quiet),
      scenario(
        'another endpoint fails',
        [requests('500', 1000, { job: 'another' }), requests('200', 1000), ...fast(1000)],
        quiet,
      ),
      scenario(
        'only the copy in another namespace fails',
        [requests('500', 1000, { namespace: 'staging' }), requests('200', 1000), ...fast(1000)],
        failing,
        'staging',
      ),
    ],
  });
}

/** The same for an endpoint with two models: each is held to the limits by itself. */
export function modelScenarios(rules: string): string {
  const busy = { model: 'breast-cancer' };
  const rare = { model: 'digits' };
  const of = (name: string, input: Series[], fires: boolean) => ({
    ...scenario(name, input, {}),
    promql_expr_test: [
      {
        expr: 'count by (alertname, namespace, model) (ALERTS{alertstate="firing"})',
        eval_time: '10m',
        exp_samples: fires
          ? [{ labels: '{alertname="InferstackErrors",namespace="models",model="digits"}', value: 1 }]
          : [],
      },
    ],
  });
  return stringify({
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      of('the rare model fails', [requests('200', 20_000, busy), requests('500', 100, rare)], true),
      of('a few of the rare model fail', [requests('200', 20_000, busy), requests('500', 10, rare)], false),
    ],
  });
}

type Labels = Record<string, string>;
interface Series {
  readonly series: string;
  readonly values: string;
}

function scenario(name: string, input: Series[], expected: Record<string, boolean>, namespace = 'models') {
  return {
    name,
    interval: '1m',
    input_series: input,
    promql_expr_test: Object.entries(expected).map(([alert, fires]) => ({
      expr: `count by (alertname, namespace) (ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: '10m',
      exp_samples: fires ? [{ labels: `{alertname="${alert}",namespace="${namespace}"}`, value: 1 }] : [],
    })),
  };
}

function series(metric: string, labels: Labels, perMinute: number): Series {
  const all = { job: 'serving-endpoint', namespace: 'models', pod: 'a', ...labels };
  const text = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  return { series: `${metric}{${text.join(',')}}`, values: `0+${perMinute}x10` };
}

const requests = (code: string, perMinute: number, labels: Labels = {}) =>
  series('inferstack_requests_total', { code, ...labels }, perMinute);

/** Cumulative buckets: `quick` of `all` requests within 0.5 s, the rest within 1 s. */
function buckets(all: number, quick: number): Series[] {
  const bucket = (le: string, count: number) =>
    series('inferstack_request_duration_seconds_bucket', { le }, count);
  return [bucket('0.5', quick), bucket('1', all), bucket('+Inf', all)];
}

const fast = (all: number) => buckets(all, all);
