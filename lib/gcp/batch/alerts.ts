import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { Construct } from 'constructs';
import { literal } from '../../terraform';
import type { CloudRunBatchNative } from './cloud-run-batch-native';
import type { JobContext } from './job-context';

/** Counter; label result: succeeded, failed. https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run */
const EXECUTIONS = 'run_googleapis_com:job_completed_execution_count';

/** The alarms of the plan. */
export function createAlerts(
  scope: Construct,
  context: JobContext,
  channels: readonly string[],
): Pick<CloudRunBatchNative, 'failedAlert' | 'missingAlert'> {
  const { failed, missingAfterSeconds } = context.job.monitoring;
  const { name } = context;
  return {
    failedAlert: failed
      ? createAlert(scope, context, channels, {
          id: 'FailedAlert',
          title: `${name}: failed run`,
          query: `${executions(context, 'failed', 600)} > 0`,
          summary: 'A run failed: a worker ended with an error, or took too long.',
        })
      : undefined,
    missingAlert:
      missingAfterSeconds === null
        ? undefined
        : createAlert(scope, context, channels, {
            id: 'MissingAlert',
            title: `${name}: no run`,
            query: `(${executions(context, 'succeeded', missingAfterSeconds)} or vector(0)) < 1`,
            summary: `No run has succeeded for ${missingAfterSeconds / 3600} hours. It rings until the first run has succeeded.`,
          }),
  };
}

function executions({ name, region, project }: JobContext, result: string, seconds: number): string {
  const matcher = [
    'monitored_resource="cloud_run_job"',
    `project_id="${project}"`,
    `location="${region}"`,
    `job_name="${name}"`,
    `result="${result}"`,
  ].join(',');
  return `sum(increase(${EXECUTIONS}{${matcher}}[${seconds / 60}m]))`;
}

interface Alert {
  readonly id: 'FailedAlert' | 'MissingAlert';
  readonly title: string;
  readonly query: string;
  readonly summary: string;
}

function createAlert(
  scope: Construct,
  { project, job, labels }: JobContext,
  channels: readonly string[],
  { id, title, query, summary }: Alert,
): MonitoringAlertPolicy {
  const { runbookUrl } = job.monitoring;
  const model = `Model: ${literal(job.model.manifest.name)} ${literal(job.model.manifest.version)}.`;
  return new MonitoringAlertPolicy(scope, id, {
    project,
    displayName: title,
    combiner: 'OR',
    severity: 'CRITICAL',
    userLabels: labels,
    notificationChannels: [...channels],
    conditions: [
      {
        displayName: title,
        conditionPrometheusQueryLanguage: {
          query,
          duration: '0s',
          evaluationInterval: '60s',
          // In a project that never ran a job the metric does not exist yet.
          disableMetricValidation: true,
        },
      },
    ],
    documentation: {
      mimeType: 'text/markdown',
      subject: title,
      content: [summary, model].join('\n\n'),
      links: runbookUrl === null ? undefined : [{ displayName: 'Runbook', url: literal(runbookUrl) }],
    },
    alertStrategy: { autoClose: '1800s' },
  });
}
