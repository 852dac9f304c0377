import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Duration } from 'inferstack';
import { type Resource, synthesize } from './support/synthesize';

// The alarms in Prometheus' own evaluator, over traffic that must and must not fire them. Cloud Monitoring evaluates
// the same language. Runs where promtool is installed (Debian package prometheus).
const installed = spawnSync('promtool', ['--version']).status === 0;
const judged = installed ? test : test.skip;

const SERIES =
  'monitored_resource="cloud_run_revision",project_id="my-project-123",location="europe-west1",service_name="serving-endpoint",revision_name="r1"';
const LIMITS = {
  errors: { maxPercent: 2, minRequests: 100, window: Duration.minutes(5) },
  latency: { maxP99: Duration.millis(400), minRequests: 100, window: Duration.minutes(5) },
};

interface Traffic {
  /** Per minute. */
  readonly ok: number;
  readonly failed: number;
  /** Share of the requests that take 500 to 1000 ms; the others take less than 100. */
  readonly slow: number;
  /** Whether it is another service's. */
  readonly foreign?: boolean;
}

const quiet: Traffic = { ok: 300, failed: 0, slow: 0 };
const scenarios: [string, Traffic, string[]][] = [
  ['good answers', quiet, []],
  ['one failure in a hundred', { ...quiet, failed: 3 }, []],
  ['three failures in a hundred', { ...quiet, failed: 10 }, ['ErrorsAlert']],
  ['failures alone', { ok: 0, failed: 300, slow: 0 }, ['ErrorsAlert']],
  ['few requests, all failed', { ok: 0, failed: 10, slow: 0 }, []],
  ['two slow in a hundred', { ...quiet, slow: 0.02 }, ['LatencyAlert']],
  ['one slow in two hundred', { ...quiet, slow: 0.005 }, []],
  ['few requests, all slow', { ok: 10, failed: 0, slow: 1 }, []],
  ['failures of another service', { ok: 0, failed: 300, slow: 1, foreign: true }, []],
  ['no request at all', { ok: 0, failed: 0, slow: 0 }, []],
];

judged('alarms fire when they must, and only then', () => {
  const queries = alertQueries();
  expect(judge(queries, scenarios)).toEqual({ status: 0, output: expect.stringContaining('SUCCESS') });
});

judged.each(['ErrorsAlert', 'LatencyAlert'])('the judge would notice a wrong limit of %s', (alert) => {
  const queries = alertQueries();
  const blind = { ...queries, [alert]: queries[alert]!.replace(/ > [0-9.]+/, ' > 1000000') };
  const eager = { ...queries, [alert]: queries[alert]!.replace(/>= 100$/, '>= 1') };
  for (const spoiled of [blind, eager]) {
    expect(spoiled[alert]).not.toBe(queries[alert]);
    expect(judge(spoiled, scenarios).status).not.toBe(0);
  }
});

judged('every query of the dashboard is one', () => {
  const model = synthesize().find('google_monitoring_dashboard')['dashboard_json'] as string;
  const { mosaicLayout } = JSON.parse(model) as { mosaicLayout: { tiles: Resource[] } };
  const queries = mosaicLayout.tiles.flatMap(({ widget }) =>
    (widget.xyChart?.dataSets ?? []).map((set: Resource) => set['timeSeriesQuery'].prometheusQuery as string),
  );
  expect(queries.length).toBeGreaterThan(8);
  expect(checked(queries)).toBe(0);
  expect(checked([`${queries[0]})`])).not.toBe(0);
});

function alertQueries(): Record<string, string> {
  const alerts = synthesize({}, { monitoring: LIMITS }).all('google_monitoring_alert_policy');
  return Object.fromEntries(
    Object.entries(alerts).map(([id, alert]: [string, Resource]) => [
      id,
      alert['conditions'][0].condition_prometheus_query_language.query as string,
    ]),
  );
}

function checked(queries: readonly string[]): number | null {
  return inDirectory((directory) => {
    const file = path.join(directory, 'rules.json');
    writeRules(file, Object.fromEntries(queries.map((query, i) => [`Query${i}`, query])));
    return spawnSync('promtool', ['check', 'rules', file]).status;
  });
}

function judge(
  queries: Record<string, string>,
  all: typeof scenarios,
): { status: number | null; output: string } {
  return inDirectory((directory) => {
    writeRules(path.join(directory, 'rules.json'), queries);
    const tests = all.map(([name, traffic, fired]) => scenario(name, traffic, fired, Object.keys(queries)));
    const file = path.join(directory, 'tests.json');
    writeFileSync(file, JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: '1m', tests }));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  });
}

function writeRules(file: string, queries: Record<string, string>): void {
  const rules = Object.entries(queries).map(([alert, expr]) => ({ alert, expr }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'gcp', rules }] }));
}

function inDirectory<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(path.join(tmpdir(), 'inferstack-test-'));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

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
