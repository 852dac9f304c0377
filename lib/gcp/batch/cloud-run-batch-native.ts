import type { CloudRunV2Job } from '@cdktf/provider-google/lib/cloud-run-v2-job';
import type { CloudRunV2JobIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-job-iam-member';
import type { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job';
import type { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object';
import type { EndpointLogs } from '../logs';

/** What starts the job at its times. */
export interface JobSchedule {
  readonly schedule: CloudSchedulerJob;
  readonly serviceAccount: ServiceAccount;
  readonly access: CloudRunV2JobIamMember;
}

/** The resources of a job on Google Cloud: change them with `addOverride`, or depend on them. */
export interface CloudRunBatchNative {
  readonly job: CloudRunV2Job;
  /** undefined without a schedule. */
  readonly schedule: JobSchedule | undefined;
  /** undefined: yours. */
  readonly serviceAccount: ServiceAccount | undefined;
  readonly modelObjects: readonly StorageBucketObject[];
  readonly modelAccess: StorageBucketIamMember;
  readonly dataAccess: readonly StorageBucketIamMember[];
  readonly logs: EndpointLogs;
  /** undefined when switched off. */
  readonly failedAlert: MonitoringAlertPolicy | undefined;
  /** undefined when switched off. */
  readonly missingAlert: MonitoringAlertPolicy | undefined;
  /** Of `alarms.emails`. */
  readonly notificationChannels: readonly MonitoringNotificationChannel[];
}
