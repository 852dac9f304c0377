import type { AlertRule } from '../custom-resources';
import type { JobContext } from './job-context';

/**
 * The alarms of a job, by what kube-state-metrics tells of Jobs and CronJobs:
 * https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics/workload
 */
export function jobAlerts(context: JobContext): AlertRule[] {
  const { failed, missingAfterSeconds } = context.job.monitoring;
  return [
    ...(failed ? [failedAlert(context)] : []),
    ...(missingAfterSeconds === null ? [] : [missingAlert(context, missingAfterSeconds)]),
  ];
}

const by = (metric: string, ...labels: string[]): string =>
  `max by (${['namespace', ...labels].join(', ')}) (${metric})`;

/** The last run that failed began after the last one that succeeded. Failed Jobs stay: they are not told for ever. */
function failedAlert(context: JobContext): AlertRule {
  const owner = `kube_job_owner{owner_kind="CronJob",owner_name="${context.name}"${namespaceOf(context)}}`;
  const failed = [
    by('kube_job_status_start_time', 'job_name'),
    `and on (namespace, job_name) (${by('kube_job_failed{condition="true"}', 'job_name')} == 1)`,
    `and on (namespace, job_name) ${by(owner, 'job_name')}`,
  ].join('\n  ');
  const lastFailed = `max by (namespace) (\n  ${failed}\n)`;
  return {
    alert: 'InferstackJobFailed',
    expr: `${lastFailed}\nunless on (namespace) (${by(succeeded(context))} > on (namespace) ${lastFailed})`,
    labels: labels(context),
    annotations: annotations(context, `The last run of ${context.name} failed`),
  };
}

/** Also when none was started. Until the first has succeeded, the time is counted from the CronJob's creation. */
function missingAlert(context: JobContext, afterSeconds: number): AlertRule {
  const created = `kube_cronjob_created{cronjob="${context.name}"${namespaceOf(context)}}`;
  return {
    alert: 'InferstackJobMissing',
    expr: `time() - (${by(succeeded(context))} or ${by(created)}) > ${afterSeconds}`,
    labels: labels(context),
    annotations: annotations(
      context,
      `No run of ${context.name} has succeeded for ${afterSeconds / 3600} hours`,
    ),
  };
}

const succeeded = (context: JobContext): string =>
  `kube_cronjob_status_last_successful_time{cronjob="${context.name}"${namespaceOf(context)}}`;

const namespaceOf = ({ namespace }: JobContext): string =>
  namespace === undefined ? '' : `,namespace="${namespace}"`;

function labels({ name, job }: JobContext): Record<string, string> {
  const { manifest } = job.model;
  return {
    severity: 'critical',
    inferstack_job: name,
    model: manifest.name,
    model_version: manifest.version,
  };
}

function annotations({ name, job }: JobContext, summary: string): Record<string, string> {
  const { runbookUrl } = job.monitoring;
  return {
    summary,
    description: `Logs: kubectl -n {{ $labels.namespace }} logs -l app.kubernetes.io/instance=${name} --tail=-1`,
    ...(runbookUrl === null ? {} : { runbook_url: runbookUrl }),
  };
}
