import { Duration } from 'inferstack';
import { SCENARIOS, type Traffic } from './support/alarm-traffic';
import { alertQueries, checkQueries, dashboardQueries, judge, judged, PASSED } from './support/promtool';
import { synthesize } from './support/synthesize';

// The alarms in Prometheus' own evaluator, over traffic that must and must not fire them. Cloud Monitoring evaluates
// the same language. Runs where promtool is installed (Debian package prometheus).

const SERIES =
  'monitored_resource="cloud_run_revision",project_id="my-project-123",location="europe-west1",service_name="serving-endpoint",revision_name="r1"';
const LIMITS = {
  errors: { maxPercent: 2, minRequests: 100, window: Duration.minutes(5) },
  latency: { maxP99: Duration.millis(400), minRequests: 100, window: Duration.minutes(5) },
};

const queriesOf = () => alertQueries(synthesize({}, { monitoring: LIMITS }));
const judgeAll = (queries: Record<string, string>) =>
  judge(
    queries,
    SCENARIOS.map(([name, traffic, fired]) => scenario(name, traffic, fired, Object.keys(queries))),
  );

judged('alarms fire when they must, and only then', () => {
  expect(judgeAll(queriesOf())).toEqual(PASSED);
});

judged.each(['ErrorsAlert', 'LatencyAlert'])('the judge would notice a wrong limit of %s', (alert) => {
  const queries = queriesOf();
  const blind = { ...queries, [alert]: queries[alert]!.replace(/ > [0-9.]+/, ' > 1000000') };
  const eager = { ...queries, [alert]: queries[alert]!.replace(/>= 100$/, '>= 1') };
  for (const spoiled of [blind, eager]) {
    expect(spoiled[alert]).not.toBe(queries[alert]);
    expect(judgeAll(spoiled).status).not.toBe(0);
  }
});

judged('every query of the dashboard is one', () => {
  const queries = dashboardQueries(synthesize());
  expect(queries.length).toBeGreaterThan(8);
  expect(checkQueries(queries)).toBe(0);
  expect(checkQueries([`${queries[0]})`])).not.toBe(0);
});

function scenario(
  name: string,
  traffic: Traffic,
  fired: readonly string[],
  alerts: readonly string[],
): object {
  const { ok, failed, slow } = traffic;
  const labels = traffic.foreign === true ? SERIES.replace('serving-endpoint', 'another') : SERIES;
  const series = (metric: string, more: string, perMinute: number) => ({
    series: `run_googleapis_com:${metric}{${labels},${more}}`,
    values: `0+${perMinute}x30`,
  });
  const all = ok + failed;
  const bucket = (le: string, perMinute: number) =>
    series('request_latencies_bucket', `le="${le}"`, perMinute);
  return {
    name,
    interval: '1m',
    input_series: [
      series('request_count', 'response_code="200",response_code_class="2xx"', ok),
      // A class nobody met yet has no series.
      ...(failed > 0
        ? [series('request_count', 'response_code="500",response_code_class="5xx"', failed)]
        : []),
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
