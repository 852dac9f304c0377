import { Duration, Gate, Rollout } from 'inferstack';
import type { KubernetesEndpointOptions } from 'inferstack/kubernetes';
import { stringify } from 'yaml';
import { at } from './manifest';
import { type Rendered, type Synthesized, synthesize } from './synthesize';

interface Metric {
  readonly name: string;
  readonly provider: { readonly prometheus: { readonly query: string } };
}

/** The queries of the analyses as recording rules, Argo's arguments filled in; undefined without Argo Rollouts. */
export function analysisRules({ manifests }: Rendered): string | undefined {
  const templates = manifests.filter(({ kind }) => kind === 'AnalysisTemplate');
  if (templates.length === 0) return undefined;
  const metrics = templates.flatMap((template) => at(template, 'spec.metrics') as Metric[]);
  const rules = metrics.map(({ name, provider }) => ({
    record: `analysis:${name.replaceAll('-', '_')}`,
    expr: Object.entries(ARGUMENTS).reduce(
      (query, [argument, value]) => query.replaceAll(`{{args.${argument}}}`, value),
      provider.prometheus.query,
    ),
  }));
  return stringify({ groups: [{ name: 'analysis', rules }] });
}

const ARGUMENTS = { namespace: 'models', 'latest-hash': 'new', 'stable-hash': 'old' };

/** The endpoint the scenarios are about: two of the last three windows of a minute, from 100 requests on. */
export function analysisEndpoint(options: KubernetesEndpointOptions): Synthesized {
  const common = { window: Duration.minutes(1), minSamples: 100, failAfter: { failed: 2, of: 3 } };
  const gates = [
    Gate.errors({ ...common, maxPercent: 2 }),
    Gate.latency({ ...common, name: 'slower', maxRatioToStable: 1.5 }),
    Gate.latency({ ...common, name: 'both', max: Duration.millis(600), maxRatioToStable: 1.5 }),
    Gate.metric({
      ...{ name: 'sales', url: options.argoRollouts!.prometheusUrl, query: 'sales_per_minute' },
      ...{ min: 10, minSamples: 100, interval: Duration.minutes(1) },
    }),
  ];
  return synthesize(options, {
    rollout: Rollout.blueGreen({ bake: Duration.minutes(10), gates }),
    monitoring: {
      errors: { maxPercent: 5, minRequests: 100, window: Duration.minutes(1) },
      latency: { maxP99: Duration.millis(900), minRequests: 100, window: Duration.minutes(1) },
    },
  });
}

/** What is measured: failed windows of gates, figures of alarms; undefined: nothing, which is inconclusive. */
type Measured = Readonly<Record<string, number | undefined>>;

const GOOD: Measured = {
  ...{ seen: 1, alarm_errors: 0, gate_errors: 0, passed_errors: 0, gate_slower: 0, passed_slower: 0 },
  ...{ gate_both: 0, gate_sales: 0 },
};
const SILENT: Measured = {
  ...{ alarm_errors: undefined, alarm_latency: undefined, gate_errors: undefined, passed_errors: undefined },
  ...{ gate_slower: undefined, passed_slower: undefined, gate_both: undefined, gate_sales: undefined },
};

/**
 * Scenarios for `promtool test rules`: what the analyses measure of a good version, of bad ones and of one without
 * requests. The old version ends after five minutes where it says so, as after a switch.
 */
export function analysisScenarios(rules: string): string {
  const old = version('old', { requests: 600, quick: 600 });
  const sales = [{ series: 'sales_per_minute', values: '20x80' }];
  const of = (name: string, input: Series[], expected: Measured) =>
    scenario(name, [...input, ...sales], expected);
  return stringify({
    rule_files: [rules],
    evaluation_interval: '15s',
    tests: [
      of('a good version', [...old, ...version('new', { requests: 600, quick: 600 })], GOOD),
      of('5 % fail', [...old, ...version('new', { requests: 570, failed: 30, quick: 600 })], {
        ...GOOD,
        ...{ alarm_errors: 0.05, gate_errors: 3, passed_errors: 3 },
      }),
      of('callers err', [...old, ...version('new', { requests: 300, refused: 300, quick: 600 })], GOOD),
      of('a few requests, all failed', [...old, ...version('new', { requests: 0, failed: 40, quick: 0 })], {
        seen: 1,
        ...SILENT,
        // Since it started it has answered more than a hundred.
        gate_sales: 0,
      }),
      of('no requests', [...old, ...version('new', { requests: 0, quick: 0 })], { seen: 1, ...SILENT }),
      of('slower than the old one', [...old, ...version('new', { requests: 600, quick: 300 })], {
        ...GOOD,
        ...{ gate_slower: 3, passed_slower: 3, gate_both: 3 },
      }),
      of(
        'the old one has no more requests',
        [
          ...version('old', { requests: 600, quick: 600, minutes: 4 }),
          ...version('new', { requests: 600, quick: 300 }),
        ],
        {
          ...GOOD,
          ...{ gate_slower: 3, passed_slower: 3, gate_both: 3 },
        },
      ),
      of('nothing to compare with', version('new', { requests: 600, quick: 300 }), {
        ...GOOD,
        ...{ gate_slower: undefined, passed_slower: undefined, gate_both: 3 },
      }),
      of(
        'another namespace fails',
        [
          ...old,
          ...version('new', { requests: 600, quick: 600 }),
          ...version('new', { requests: 0, failed: 600, quick: 600, namespace: 'staging' }),
        ],
        GOOD,
      ),
      scenario(
        'a figure is low',
        [
          ...old,
          ...version('new', { requests: 600, quick: 600 }),
          { series: 'sales_per_minute', values: '5x80' },
        ],
        { ...GOOD, gate_sales: 3 },
      ),
      scenario(
        'a figure is no number',
        [
          ...old,
          ...version('new', { requests: 600, quick: 600 }),
          { series: 'sales_per_minute', values: 'NaN '.repeat(80) },
        ],
        { ...GOOD, gate_sales: undefined },
      ),
      scenario('nobody scrapes it', old, { seen: undefined, ...SILENT }),
    ],
  });
}

interface Series {
  readonly series: string;
  readonly values: string;
}

interface Traffic {
  /** Answers with 200, 500 and 400 per minute. */
  readonly requests: number;
  readonly failed?: number;
  readonly refused?: number;
  /** Of all per minute, those within 0.5 s; the others take up to a second. */
  readonly quick: number;
  readonly minutes?: number;
  readonly namespace?: string;
}

function version(hash: string, traffic: Traffic): Series[] {
  const { requests, failed = 0, refused = 0, quick, minutes = 20, namespace = 'models' } = traffic;
  const all = requests + failed + refused;
  const series = (metric: string, labels: string, perMinute: number) => ({
    series: `${metric}{job="serving-endpoint",namespace="${namespace}",rollouts_pod_template_hash="${hash}"${labels}}`,
    values: `0+${perMinute / 4}x${minutes * 4}`,
  });
  const answers = (code: string, count: number) =>
    series('inferstack_requests_total', `,code="${code}"`, count);
  const bucket = (le: string, count: number) =>
    series('inferstack_request_duration_seconds_bucket', `,le="${le}"`, count);
  return [
    { ...series('inferstack_ready', '', 0), values: `1x${minutes * 4}` },
    ...[answers('200', requests), answers('500', failed), answers('400', refused)],
    ...[bucket('0.5', quick), bucket('1', all), bucket('+Inf', all)],
  ];
}

/** Off the grid of the windows, so that three of them end within the last three minutes. */
const MOMENT = '10m30s';

function scenario(name: string, input: Series[], expected: Measured) {
  return {
    name,
    interval: '15s',
    input_series: input,
    promql_expr_test: Object.entries(expected).map(([metric, value]) => ({
      expr: `round(sum(analysis:${metric}), 0.001)`,
      eval_time: MOMENT,
      exp_samples: value === undefined ? [] : [{ labels: '{}', value }],
    })),
  };
}
