import type { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import type { MonitorAutoscaleSetting } from '@cdktf/provider-azurerm/lib/monitor-autoscale-setting';
import type { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import type { PortalDashboard } from '@cdktf/provider-azurerm/lib/portal-dashboard';
import type { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { ModelStore } from '../model-store';
import type { IdentityReference } from '../references';
import type { MachineLearningAlerts } from './ml-monitoring';
import type { MachineLearningTemplates } from './ml-templates';

/** `ModelEndpoint.native` on Azure Machine Learning: every resource, typed. What is undefined is yours, or was not asked for. */
export interface MachineLearningNative {
  /** Where callers send rows: `https://.../score`. */
  readonly url: string;
  /** Resource ids of the endpoint, and of the deployment that serves. */
  readonly endpointId: string;
  readonly deploymentId: string;
  /** Endpoint, deployment and traffic, as templates of Azure Resource Manager. */
  readonly templates: MachineLearningTemplates;
  readonly autoscale: MonitorAutoscaleSetting;
  readonly resourceGroup: ResourceGroup | undefined;
  readonly workspace: LogAnalyticsWorkspace | undefined;
  readonly diagnostics: MonitorDiagnosticSetting;
  /** Who the replicas are, created or yours. */
  readonly identity: IdentityReference;
  readonly createdIdentity: UserAssignedIdentity | undefined;
  readonly modelStore: ModelStore;
  /** Storage Blob Data Reader on the container of the models. */
  readonly readModels: RoleAssignment;
  /** AcrPull, with `registry`. */
  readonly pullImages: RoleAssignment | undefined;
  readonly alerts: MachineLearningAlerts;
  /** undefined when switched off. */
  readonly dashboard: PortalDashboard | undefined;
}
