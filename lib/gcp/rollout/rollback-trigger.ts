import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { EventarcTrigger } from '@cdktf/provider-google/lib/eventarc-trigger';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic';
import { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member';
import type { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow';
import type { Construct } from 'constructs';
import type { EndpointContext } from '../context';
import type { RolloutAccounts } from './rollout-accounts';

/** Where alarms are sent to. */
export interface AlarmTopic {
  readonly topic: PubsubTopic;
  readonly channel: MonitoringNotificationChannel;
  readonly publisher: PubsubTopicIamMember;
}

export function createAlarmTopic(scope: Construct, context: EndpointContext): AlarmTopic {
  const { name, region, project, labels } = context;
  // Topics belong to the project, services to a region.
  const topic = new PubsubTopic(scope, 'RollbackTopic', {
    name: `${name}-${region}-rollback`,
    project,
    labels,
  });
  const channel = new MonitoringNotificationChannel(scope, 'RollbackChannel', {
    project,
    displayName: `${name}: roll back`,
    type: 'pubsub',
    labels: { topic: topic.id },
    userLabels: labels,
  });
  const { number } = new DataGoogleProject(scope, 'Project', { projectId: project });
  const publisher = new PubsubTopicIamMember(scope, 'RollbackPublish', {
    project,
    topic: topic.name,
    role: 'roles/pubsub.publisher',
    // https://cloud.google.com/monitoring/support/notification-options#pubsub
    member: `serviceAccount:service-${number}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`,
    // The account comes to be with the first channel of the project.
    dependsOn: [channel],
  });
  return { topic, channel, publisher };
}

/** Every message of the topic starts the workflow. */
export function createRollbackTrigger(
  scope: Construct,
  { name, region, project, labels }: EndpointContext,
  { topic }: AlarmTopic,
  workflow: WorkflowsWorkflow,
  { trigger, grants }: RolloutAccounts,
): EventarcTrigger {
  return new EventarcTrigger(scope, 'RollbackTrigger', {
    name: `${name}-rollback`,
    location: region,
    project,
    labels,
    matchingCriteria: [{ attribute: 'type', value: 'google.cloud.pubsub.topic.v1.messagePublished' }],
    transport: { pubsub: { topic: topic.id } },
    destination: { workflow: workflow.id },
    serviceAccount: trigger.email,
    dependsOn: [...grants],
  });
}
