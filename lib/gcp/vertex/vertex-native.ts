import type { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import type { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config';
import type { LoggingProjectExclusion } from '@cdktf/provider-google/lib/logging-project-exclusion';
import type { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink';
import type { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import type { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import type { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object';
import type { VertexAiEndpoint } from '@cdktf/provider-google/lib/vertex-ai-endpoint';
import type { EndpointAlerts } from '../alerts';

/** `ModelEndpoint.native` on Vertex AI: change the resources with `addOverride`, or depend on them. */
export interface VertexNative {
  readonly endpoint: VertexAiEndpoint;
  /** Path of the program that registers and deploys the model, relative to the stack's directory. */
  readonly releaseScript: string;
  /** With `encryptionKey`. */
  readonly keyAccess: KmsCryptoKeyIamMember | undefined;
  /** undefined: yours. */
  readonly serviceAccount: ServiceAccount | undefined;
  /** undefined: yours. */
  readonly bucket: StorageBucket | undefined;
  /** One for each version, the main one first. */
  readonly modelObjects: readonly StorageBucketObject[];
  /** Packages of `previousModels`. */
  readonly previousModelObjects: readonly StorageBucketObject[];
  readonly modelAccess: StorageBucketIamMember;
  readonly logBucket: LoggingProjectBucketConfig;
  readonly logSink: LoggingProjectSink;
  readonly logExclusion: LoggingProjectExclusion;
  readonly alerts: EndpointAlerts;
  /** Of `alarms.emails`. */
  readonly notificationChannels: readonly MonitoringNotificationChannel[];
  /** undefined when switched off. */
  readonly dashboard: MonitoringDashboard | undefined;
}
