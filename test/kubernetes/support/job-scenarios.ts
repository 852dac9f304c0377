import { stringify } from 'yaml';

const JOB = 'serving-nightly-scores';
const HOUR = 3600;

/**
 * Scenarios for `promtool test rules` about the alarms of a nightly job that is missed after 27 hours: what must fire
 * and what must not. Series are those of kube-state-metrics, from two of its pods.
 */
export function jobScenarios(rules: string): string {
  const failed = { InferstackJobFailed: true, InferstackJobMissing: false };
  const missing = { InferstackJobFailed: false, InferstackJobMissing: true };
  const quiet = { InferstackJobFailed: false, InferstackJobMissing: false };
  return stringify({
    rule_files: [rules],
    evaluation_interval: '10m',
    tests: [
      scenario('the last run failed', [...lastSuccess(-20), ...run('two', 4, true)], failed),
      scenario('the first run failed', [...created(0), ...run('one', 3, true)], failed),
      scenario('a run failed, and the next succeeded', [...lastSuccess(5), ...run('one', 3, true)], quiet),
      scenario('a run is going on', [...lastSuccess(-20), ...run('two', 4, false)], quiet),
      scenario(
        'a job of another owner failed',
        [...lastSuccess(1), ...run('one', 3, true, 'another')],
        quiet,
      ),
      scenario('nothing succeeded for 28 hours', lastSuccess(-22), missing),
      scenario('nothing succeeded for 26 hours', lastSuccess(-20), quiet),
      scenario('nothing was ever started', created(-22), missing),
      scenario('it was created today', created(0), quiet),
    ],
  });
}

/** What the alarm looks back from, hours. */
const NOW = 6;

interface Series {
  readonly series: string;
  readonly values: string;
}

const constant = (metric: string, labels: string, value: number): Series => ({
  series: `${metric}{namespace="models",${labels}}`,
  values: `${value}+0x36`,
});

const lastSuccess = (hour: number): Series[] =>
  ['a', 'b'].map((pod) =>
    constant('kube_cronjob_status_last_successful_time', `cronjob="${JOB}",pod="${pod}"`, hour * HOUR),
  );

const created = (hour: number): Series[] => [
  constant('kube_cronjob_created', `cronjob="${JOB}",pod="a"`, hour * HOUR),
];

function run(name: string, hour: number, hasFailed: boolean, owner = JOB): Series[] {
  const job = `job_name="${JOB}-${name}"`;
  return ['a', 'b'].flatMap((pod) => [
    constant('kube_job_owner', `${job},owner_kind="CronJob",owner_name="${owner}",pod="${pod}"`, 1),
    constant('kube_job_status_start_time', `${job},pod="${pod}"`, hour * HOUR),
    ...(hasFailed ? [constant('kube_job_failed', `${job},condition="true",pod="${pod}"`, 1)] : []),
  ]);
}

function scenario(name: string, input: Series[], expected: Record<string, boolean>) {
  return {
    name,
    interval: '10m',
    input_series: input,
    promql_expr_test: Object.entries(expected).map(([alert, fires]) => ({
      expr: `count by (alertname, namespace) (ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: `${NOW}h`,
      exp_samples: fires ? [{ labels: `{alertname="${alert}",namespace="models"}`, value: 1 }] : [],
    })),
  };
}
