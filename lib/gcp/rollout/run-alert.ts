import type { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { Construct } from 'constructs';
import { createAlert } from '../alerts';
import type { EndpointContext } from '../context';

/** Counter; label status. https://cloud.google.com/workflows/docs/monitor */
const FINISHED = 'workflows_googleapis_com:finished_execution_count';

interface RunAlertParts {
  readonly id: string;
  /** What the name of the workflow ends with. */
  readonly does: 'rollout' | 'rollback';
  /** Failed runs in a quarter of an hour that are still no alert. */
  readonly most: number;
  readonly channels: readonly string[];
}

/** Tells people, and nobody else, that a workflow of the rollout fails. */
export function createRunAlert(
  scope: Construct,
  context: EndpointContext,
  { id, does, most, channels }: RunAlertParts,
): MonitoringAlertPolicy {
  const { name, project, region } = context;
  const workflow = `${name}-${does}`;
  const matcher = [
    'monitored_resource="workflows.googleapis.com/Workflow"',
    `project_id="${project}"`,
    `location="${region}"`,
    `workflow_id="${workflow}"`,
    'status="FAILED"',
  ].join(',');
  return createAlert(scope, id, context, {
    alert: {
      title: `${name}: the ${does} fails`,
      query: `sum(increase(${FINISHED}{${matcher}}[15m])) > ${most}`,
      summary: `The workflow ${workflow} failed more than ${most} times within 15 min: see its executions.`,
    },
    channels,
    goBack: [`    gcloud workflows executions list ${workflow} --location ${region} --project ${project}`],
  });
}
