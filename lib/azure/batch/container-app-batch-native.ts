import type { ContainerAppEnvironment } from '@cdktf/provider-azurerm/lib/container-app-environment';
import type { ContainerAppJob } from '@cdktf/provider-azurerm/lib/container-app-job';
import type { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import type { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import type { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { ModelStore } from '../model-store';
import type { Network } from '../network';
import type { IdentityReference } from '../references';

/** `BatchScoringJob.native` on Azure: every resource, typed. What is undefined is yours, or was not asked for. */
export interface ContainerAppBatchNative {
  readonly job: ContainerAppJob;
  readonly resourceGroup: ResourceGroup | undefined;
  readonly environment: ContainerAppEnvironment | undefined;
  readonly network: Network | undefined;
  readonly workspace: LogAnalyticsWorkspace | undefined;
  /** Who the workers are, created or yours. */
  readonly identity: IdentityReference;
  readonly createdIdentity: UserAssignedIdentity | undefined;
  readonly modelStore: ModelStore;
  /** Storage Blob Data Reader on the container of the model. */
  readonly readModels: RoleAssignment;
  /** Storage Blob Data Reader on the files that are scored. */
  readonly readInput: RoleAssignment;
  /** Storage Blob Data Contributor on the folder of the results. */
  readonly writeOutput: RoleAssignment;
  /** AcrPull, with `registry`. */
  readonly pullImages: RoleAssignment | undefined;
  readonly alerts: ContainerAppBatchAlerts;
}

/** The alerts of a job; undefined when switched off. */
export interface ContainerAppBatchAlerts {
  readonly failed: MonitorMetricAlert | undefined;
  readonly missing: MonitorScheduledQueryRulesAlertV2 | undefined;
  /** Who gets a mail; undefined without `alerts.emails`. */
  readonly actionGroup: MonitorActionGroup | undefined;
}
