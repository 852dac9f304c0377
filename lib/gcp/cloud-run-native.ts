import type { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import type { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import type { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config';
import type { LoggingProjectExclusion } from '@cdktf/provider-google/lib/logging-project-exclusion';
import type { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink';
import type { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy';
import type { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import type { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import type { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import type { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import type { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object';
import type { EndpointAlerts } from './alerts';
import type { ExternalLoadBalancer } from './external-load-balancer';
import type { InternalLoadBalancer } from './internal-load-balancer';
import { grantInvoke } from './invokers';
import type { RolloutResources } from './rollout/create-rollout';

/** The resources of an endpoint on Google Cloud: change them with `addOverride`, or depend on them. */
export interface CloudRunResources {
  /** Address callers use. */
  readonly url: string;
  readonly service: CloudRunV2Service;
  /** undefined: yours. */
  readonly serviceAccount: ServiceAccount | undefined;
  /** undefined: yours. */
  readonly bucket: StorageBucket | undefined;
  /** One for each model, the main one first. */
  readonly modelObjects: readonly StorageBucketObject[];
  /** Packages of `previousModels`. */
  readonly previousModelObjects: readonly StorageBucketObject[];
  readonly modelAccess: StorageBucketIamMember;
  /** Read access to the keys of the feature stores, one by one. */
  readonly secretAccess: readonly SecretManagerSecretIamMember[];
  /** With `Exposure.internet()` or `Exposure.internalLoadBalancer()`. */
  readonly loadBalancer: ExternalLoadBalancer | InternalLoadBalancer | undefined;
  readonly logBucket: LoggingProjectBucketConfig;
  readonly logSink: LoggingProjectSink;
  readonly logExclusion: LoggingProjectExclusion;
  readonly alerts: EndpointAlerts;
  /** One for each of `rollout.gates`, on the revision of this stack. */
  readonly gateAlerts: readonly MonitoringAlertPolicy[];
  /** Of `alarms.emails`. */
  readonly notificationChannels: readonly MonitoringNotificationChannel[];
  /** undefined when switched off. */
  readonly dashboard: MonitoringDashboard | undefined;
  /** With `Rollout.canary()`, `.linear()` and `.blueGreen()`, when they have no candidate. */
  readonly rollout: RolloutResources | undefined;
}

/** `ModelEndpoint.native` on Google Cloud: every resource, typed, and who may call it. */
export class CloudRunNative implements CloudRunResources {
  readonly url: string;
  readonly service: CloudRunV2Service;
  readonly serviceAccount: ServiceAccount | undefined;
  readonly bucket: StorageBucket | undefined;
  readonly modelObjects: readonly StorageBucketObject[];
  readonly previousModelObjects: readonly StorageBucketObject[];
  readonly modelAccess: StorageBucketIamMember;
  readonly secretAccess: readonly SecretManagerSecretIamMember[];
  readonly loadBalancer: ExternalLoadBalancer | InternalLoadBalancer | undefined;
  readonly logBucket: LoggingProjectBucketConfig;
  readonly logSink: LoggingProjectSink;
  readonly logExclusion: LoggingProjectExclusion;
  readonly alerts: EndpointAlerts;
  readonly gateAlerts: readonly MonitoringAlertPolicy[];
  readonly notificationChannels: readonly MonitoringNotificationChannel[];
  readonly dashboard: MonitoringDashboard | undefined;
  readonly rollout: RolloutResources | undefined;

  constructor(resources: CloudRunResources) {
    this.url = resources.url;
    this.service = resources.service;
    this.serviceAccount = resources.serviceAccount;
    this.bucket = resources.bucket;
    this.modelObjects = resources.modelObjects;
    this.previousModelObjects = resources.previousModelObjects;
    this.modelAccess = resources.modelAccess;
    this.secretAccess = resources.secretAccess;
    this.loadBalancer = resources.loadBalancer;
    this.logBucket = resources.logBucket;
    this.logSink = resources.logSink;
    this.logExclusion = resources.logExclusion;
    this.alerts = resources.alerts;
    this.gateAlerts = resources.gateAlerts;
    this.notificationChannels = resources.notificationChannels;
    this.dashboard = resources.dashboard;
    this.rollout = resources.rollout;
  }

  /**
   * Lets a principal call the endpoint (`roles/run.invoker`), once it is reached.
   *
   * @param member `serviceAccount:...`, `user:...`, `group:...`, `domain:...`, `principal://...`, or the `member` of a
   *   service account resource
   * @throws ProblemError GCP_INVOKER
   */
  grantInvoke(member: string): CloudRunV2ServiceIamMember {
    return grantInvoke(this.service, member);
  }
}
