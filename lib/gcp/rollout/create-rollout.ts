import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import type { EventarcTrigger } from '@cdktf/provider-google/lib/eventarc-trigger';
import type { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
import type { Construct } from 'constructs';
import { jsonDocument } from '../../terraform';
import type { EndpointContext } from '../context';
import type { Identity } from '../identity';
import { advanceWorkflow } from './advance-workflow';
import { type AlarmTopic, createRollbackTrigger } from './rollback-trigger';
import { rollbackWorkflow } from './rollback-workflow';
import { createAccounts, type RolloutAccounts } from './rollout-accounts';
import { createRunAlert } from './run-alert';
import type { WorkflowDefinition } from './workflow';

/** What moves requests from one revision to the next, and back. */
export interface RolloutResources extends AlarmTopic, RolloutAccounts {
  /** Does the next step, if there is one. */
  readonly advance: WorkflowsWorkflow;
  /** Starts it every minute. */
  readonly clock: CloudSchedulerJob;
  /** Gives the requests back. */
  readonly rollback: WorkflowsWorkflow;
  /** Starts that when an alarm fires. */
  readonly rollbackTrigger: EventarcTrigger;
  /** Tell people when the workflows themselves fail. */
  readonly runAlerts: { readonly advance: MonitoringAlertPolicy; readonly rollback: MonitoringAlertPolicy };
}

export interface RolloutParts {
  readonly service: CloudRunV2Service;
  readonly identity: Identity;
  readonly alarms: AlarmTopic;
  /** Who hears of workflows that fail. */
  readonly channels: readonly string[];
}

export function createRollout(
  scope: Construct,
  context: EndpointContext,
  { service, identity, alarms, channels }: RolloutParts,
): RolloutResources {
  const { name, project, region, plan } = context;
  const accounts = createAccounts(scope, context, service, identity);
  const path = `projects/${project}/locations/${region}/services/${name}`;
  const workflow = (id: string, does: string, description: string, definition: WorkflowDefinition) =>
    new WorkflowsWorkflow(scope, id, {
      name: `${name}-${does}`,
      project,
      region,
      description,
      labels: context.labels,
      serviceAccount: accounts.mover.id,
      sourceContents: jsonDocument(definition),
      // It holds nothing: what there is to know is noted at the service.
      deletionProtection: false,
      dependsOn: [...accounts.grants],
    });
  const advance = workflow(
    'RolloutWorkflow',
    'rollout',
    'Moves requests on',
    advanceWorkflow(path, plan.rollout),
  );
  const rollback = workflow('RollbackWorkflow', 'rollback', 'Gives requests back', rollbackWorkflow(path));
  return {
    ...alarms,
    ...accounts,
    advance,
    rollback,
    clock: createClock(scope, context, advance, accounts),
    rollbackTrigger: createRollbackTrigger(scope, context, alarms, rollback, accounts),
    runAlerts: {
      // New rights take minutes to work, and one run is made good by the next: nearly all of a quarter of an hour.
      advance: createRunAlert(scope, context, { id: 'RolloutAlert', does: 'rollout', most: 12, channels }),
      rollback: createRunAlert(scope, context, { id: 'RollbackAlert', does: 'rollback', most: 0, channels }),
    },
  };
}

/**
 * A clock and not the event of a change: events come once or not at all, from the workflow's own changes too, and to
 * receive them is a right on the whole project. What a clock starts finds out by itself what is to be done.
 */
function createClock(
  scope: Construct,
  { name, project, region }: EndpointContext,
  workflow: WorkflowsWorkflow,
  { trigger, grants }: RolloutAccounts,
): CloudSchedulerJob {
  return new CloudSchedulerJob(scope, 'RolloutClock', {
    name: `${name}-rollout`,
    project,
    region,
    description: `Has the rollout of ${name} do its next step`,
    schedule: '* * * * *',
    timeZone: 'Etc/UTC',
    attemptDeadline: '30s',
    httpTarget: {
      httpMethod: 'POST',
      // https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/create
      uri: `https://workflowexecutions.googleapis.com/v1/${workflow.id}/executions`,
      oauthToken: { serviceAccountEmail: trigger.email },
    },
    dependsOn: [...grants],
  });
}
