import { Duration, Gate, Rollout } from 'inferstack';
import { alertQueries, judge, judged, PASSED } from '../support/promtool';
import { synthesize } from '../support/synthesize';

// The gates in Prometheus' own evaluator, over requests of the new revision and of the stable one.

const window = Duration.minutes(5);
const failAfter = { failed: 2, of: 3 };
const rollout = Rollout.canary({
  gates: [
    Gate.errors({ maxPercent: 2, minSamples: 100, window, failAfter }),
    Gate.latency({ name: 'limit', max: Duration.millis(400), minSamples: 100, window, failAfter }),
    Gate.latency({ name: 'ratio', maxRatioToStable: 2, minSamples: 100, window, failAfter }),
  ],
});
const NAMES = ['errors', 'limit', 'ratio'];

/** What the new revision answers a minute, from the 20th on; the stable one answers 300 that take less than 100 ms. */
interface Answers {
  readonly ok: number;
  readonly failed?: number;
  /** Share of the requests that take 500 to 1000 ms. */
  readonly slow?: number;
  /** Minutes for which it is so; afterwards all is well. */
  readonly minutes?: number;
  /** The stable revision answers as slowly. */
  readonly slowStable?: boolean;
  /** All take 2 to 6 ms, and those of the stable revision less than 2. */
  readonly quick?: boolean;
}

const scenarios: [string, Answers, string[]][] = [
  ['good answers', { ok: 60 }, []],
  ['one failure in a hundred', { ok: 99, failed: 1 }, []],
  ['three failures in a hundred', { ok: 97, failed: 3 }, ['errors']],
  ['failures alone', { ok: 0, failed: 60 }, ['errors']],
  ['failures for one window', { ok: 30, failed: 30, minutes: 2 }, []],
  ['few requests, all failed', { ok: 0, failed: 10 }, []],
  ['slow answers', { ok: 60, slow: 0.05 }, ['limit', 'ratio']],
  ['slow answers of both', { ok: 60, slow: 0.05, slowStable: true }, ['limit']],
  ['few requests, all slow', { ok: 10, slow: 1 }, []],
  ['three times as slow, by some milliseconds', { ok: 60, quick: true }, []],
  ['no request at all', { ok: 0 }, []],
];

let queries: Record<string, string>;
let revision: string;
beforeAll(() => {
  const template = synthesize({ release: '1' }, { rollout });
  revision = template.find('google_cloud_run_v2_service')['template'].revision;
  const byId = alertQueries(template);
  const policies = Object.entries(template.all('google_monitoring_alert_policy'));
  queries = Object.fromEntries(
    NAMES.map((name) => {
      const [id] = policies.find(([, policy]) => policy['display_name'].endsWith(`: gate ${name}`))!;
      return [name, byId[id]!];
    }),
  );
});

const judgeAll = (given: Record<string, string>) =>
  judge(
    given,
    scenarios.map(([name, answers, fired]) => scenario(name, answers, fired)),
  );

test('there is one for each', () => {
  expect(Object.keys(queries)).toEqual(NAMES);
  expect(queries['errors']).toContain('response_code_class="5xx"');
  expect(queries['limit']).toMatch(/> bool 400\)/);
  expect(queries['ratio']).toContain(`revision_name!="${revision}"`);
});

judged('gates fail when they must, and only then', () => {
  expect(judgeAll(queries)).toEqual(PASSED);
});

judged.each([
  ['one window that is enough', / >= 2$/, ' >= 1'],
  ['samples that do not count', />= bool 100\)/g, '>= bool 1)'],
  ['a limit that is never met', /> bool [0-9.]+/g, '> bool 1000000'],
])('the judge would notice %s', (_, from, to) => {
  const spoiled = Object.entries(queries).map(([name, query]) => [name, query.replace(from, to)]);
  expect(judgeAll(Object.fromEntries(spoiled)).status).not.toBe(0);
});

function scenario(name: string, answers: Answers, fired: readonly string[]): object {
  const { ok, failed = 0, slow = 0, minutes = 30, slowStable = false, quick = false } = answers;
  return {
    name,
    interval: '1m',
    input_series: [
      ...requests(
        'stable-1',
        { ok: 300, failed: 0, slow: slowStable ? slow : 0, within: quick ? 2 : 100 },
        50,
      ),
      ...requests(revision, { ok, failed, slow, within: quick ? 6 : 100 }, minutes),
    ],
    alert_rule_test: NAMES.map((alertname) => ({
      eval_time: '40m',
      alertname,
      exp_alerts: fired.includes(alertname) ? [{ exp_labels: {} }] : [],
    })),
  };
}

interface Measured {
  readonly ok: number;
  readonly failed: number;
  readonly slow: number;
  /** Milliseconds that those that are not slow take at most. */
  readonly within: number;
}

/** Counters that rise for some minutes before the 40th, and rise with good answers before them. */
function requests(name: string, { ok, failed, slow, within }: Measured, minutes: number): object[] {
  const labels = `monitored_resource="cloud_run_revision",project_id="my-project-123",location="europe-west1",service_name="serving-endpoint",revision_name="${name}"`;
  const all = ok + failed;
  const before = Math.max(0, 40 - minutes);
  // A counter begins at its first point, and goes on from where it is.
  const values = (well: number, ill: number) =>
    `0+${well}x${before} ${well * before + ill}+${ill}x${60 - before}`;
  const series = (metric: string, more: string, well: number, ill: number) => ({
    series: `run_googleapis_com:${metric}{${labels},${more}}`,
    values: values(well, ill),
  });
  const bucket = (le: string, well: number, ill: number) =>
    series('request_latencies_bucket', `le="${le}"`, well, ill);
  return [
    series('request_count', 'response_code="200",response_code_class="2xx"', all, ok),
    ...(failed > 0
      ? [series('request_count', 'response_code="500",response_code_class="5xx"', 0, failed)]
      : []),
    // Milliseconds of the quick ones.
    ...[2, 6].map((le) => bucket(String(le), within <= le ? all : 0, within <= le ? all : 0)),
    bucket('100', all, all * (1 - slow)),
    bucket('500', all, all * (1 - slow)),
    bucket('1000', all, all),
    bucket('+Inf', all, all),
  ];
}
