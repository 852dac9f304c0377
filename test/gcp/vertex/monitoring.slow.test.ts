import { Duration } from 'inferstack';
import { VertexExposure } from 'inferstack/gcp';
import { SCENARIOS, type Traffic } from '../support/alarm-traffic';
import { alertQueries, checkQueries, dashboardQueries, judge, judged, PASSED } from '../support/promtool';
import { type Options, releaseOf, synthesize } from './support/synthesize';

// The alarms in Prometheus' own evaluator, over traffic that must and must not fire them.

const LIMITS = {
  errors: { maxPercent: 2, minRequests: 100, window: Duration.minutes(5) },
  latency: { maxP99: Duration.millis(400), minRequests: 100, window: Duration.minutes(5) },
  runbookUrl: 'https://runbooks.example.com/a',
};
const DEDICATED: Options = { exposure: VertexExposure.dedicated() };

/** How a kind of endpoint counts. */
interface Kind {
  readonly options: Options;
  readonly prefix: string;
  readonly failed: string;
  readonly latencyLabel: string;
}

const kinds: Record<string, Kind> = {
  dedicated: { options: DEDICATED, prefix: '', failed: '5xx', latencyLabel: 'latency_type="total"' },
  'private, counted as public ones': {
    options: {},
    prefix: '',
    failed: '5xx',
    latencyLabel: 'latency_type="total"',
  },
  'private, counted apart': { options: {}, prefix: 'private_', failed: '503', latencyLabel: '' },
};

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  const template = synthesize(kind.options, { monitoring: LIMITS });
  const id = template.find('google_vertex_ai_endpoint')['name'] as string;
  const all = (queries: Record<string, string>) =>
    SCENARIOS.map(([name, traffic, fired]) =>
      scenario({ ...kind, id }, name, traffic, fired, Object.keys(queries)),
    );

  judged('alarms fire when they must, and only then', () => {
    const queries = alertQueries(template);
    expect(judge(queries, all(queries))).toEqual(PASSED);
  });

  judged('and those that a release watches, of its deployed model alone', () => {
    const watched = releaseOf(template)['watch'].alarms as { title: string; query: string }[];
    const [errors, latency] = watched.map(({ query }) => query.replaceAll('DEPLOYED_MODEL_ID', '1001'));
    const queries = { ErrorsAlert: errors!, LatencyAlert: latency! };
    expect(judge(queries, all(queries))).toEqual(PASSED);
    const others = Object.fromEntries(
      Object.entries(queries).map(([alert, query]) => [alert, query.replaceAll('1001', '1002')]),
    );
    expect(judge(others, all(others)).status).not.toBe(0);
  });

  judged('every query of the dashboard is one', () => {
    const queries = dashboardQueries(template);
    expect(queries.length).toBeGreaterThan(7);
    expect(checkQueries(queries)).toBe(0);
  });
});

test('an alarm tells how to go back, and where the runbook is', () => {
  const template = synthesize({ alarms: { emails: ['on-call@example.com'] } }, { monitoring: LIMITS });
  for (const policy of Object.values(template.all('google_monitoring_alert_policy'))) {
    expect(policy['documentation'].content).toContain('scripts/release.sh rollback serving-endpoint');
    expect(policy['documentation'].links).toEqual([{ display_name: 'Runbook', url: LIMITS.runbookUrl }]);
    expect(policy['notification_channels']).toHaveLength(1);
  }
});

test('lines of the endpoint, and no others, go to a bucket with the retention of the plan', () => {
  const template = synthesize({}, { monitoring: { logRetentionDays: 60 } });
  const { name } = template.find('google_vertex_ai_endpoint');
  expect(template.find('google_logging_project_bucket_config')['retention_days']).toBe(60);
  for (const type of ['google_logging_project_sink', 'google_logging_project_exclusion']) {
    expect(template.find(type)['filter']).toBe(
      `resource.type="aiplatform.googleapis.com/Endpoint" AND resource.labels.endpoint_id="${name}" AND resource.labels.location="europe-west1"`,
    );
  }
});

test('what is switched off is not there', () => {
  const template = synthesize({}, { monitoring: { errors: false, dashboard: false } });
  expect(Object.keys(template.all('google_monitoring_alert_policy'))).toEqual(['LatencyAlert']);
  expect(template.types).not.toContain('google_monitoring_dashboard');
  expect(releaseOf(template)['watch'].alarms).toHaveLength(1);
});

function scenario(
  { id, prefix, failed: code, latencyLabel }: Kind & { id: string },
  name: string,
  { ok, failed, slow, foreign }: Traffic,
  fired: readonly string[],
  alerts: readonly string[],
): object {
  const endpoint = foreign === true ? '1' : id;
  const place = `monitored_resource="aiplatform.googleapis.com/Endpoint",location="europe-west1",endpoint_id="${endpoint}",deployed_model_id="1001"`;
  const series = (metric: string, more: string, perMinute: number) => ({
    series: `aiplatform_googleapis_com:prediction_online_${prefix}${metric}{${[place, more].join(',')}}`,
    values: `0+${perMinute}x30`,
  });
  const all = ok + failed;
  const bucket = (le: string, perMinute: number) =>
    series('prediction_latencies_bucket', [`le="${le}"`, latencyLabel].filter(Boolean).join(','), perMinute);
  return {
    name,
    interval: '1m',
    input_series: [
      series('response_count', `response_code="${code === '503' ? '200' : '2xx'}"`, ok),
      // A code nobody met yet has no series.
      ...(failed > 0 ? [series('response_count', `response_code="${code}"`, failed)] : []),
      bucket('100', all * (1 - slow)),
      bucket('500', all * (1 - slow)),
      bucket('1000', all),
      bucket('+Inf', all),
    ],
    alert_rule_test: alerts.map((alertname) => ({
      eval_time: '20m',
      alertname,
      exp_alerts: fired.includes(alertname) ? [{ exp_labels: {} }] : [],
    })),
  };
}
