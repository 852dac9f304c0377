import type { ContainerApp } from '@cdktf/provider-azurerm/lib/container-app';
import type { ContainerAppEnvironment } from '@cdktf/provider-azurerm/lib/container-app-environment';
import type { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import type { PortalDashboard } from '@cdktf/provider-azurerm/lib/portal-dashboard';
import type { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { ContainerAppAlerts } from './alerts';
import type { CertificateReader } from './certificate-reader';
import type { BoundDomain } from './domain';
import type { ModelStore } from './model-store';
import type { Network } from './network';
import type { PrivateDns } from './private-dns';
import type { IdentityReference } from './references';
import type { ContainerAppRollout } from './rollout/create-rollout';
import type { BoundFirewall } from './web-firewall';

/** `ModelEndpoint.native` on Azure: every resource, typed. What is undefined is yours, or was not asked for. */
export interface ContainerAppNative {
  /** Address of the endpoint, `https://...`. */
  readonly url: string;
  readonly app: ContainerApp;
  readonly resourceGroup: ResourceGroup | undefined;
  readonly environment: ContainerAppEnvironment | undefined;
  readonly network: Network | undefined;
  /** With a created internal environment. */
  readonly privateDns: PrivateDns | undefined;
  readonly workspace: LogAnalyticsWorkspace | undefined;
  /** Who the replicas are, created or yours. */
  readonly identity: IdentityReference;
  readonly createdIdentity: UserAssignedIdentity | undefined;
  readonly modelStore: ModelStore;
  /** Storage Blob Data Reader on the container of the models. */
  readonly readModels: RoleAssignment;
  /** Key Vault Secrets User on the keys of the feature stores, one by one. */
  readonly readSecrets: readonly RoleAssignment[];
  /** AcrPull, with `registry`. */
  readonly pullImages: RoleAssignment | undefined;
  /** With a domain. */
  readonly domain: BoundDomain | undefined;
  /** With `Exposure.webFirewall`. */
  readonly firewall: BoundFirewall | undefined;
  /** With a certificate in a key vault. */
  readonly certificateReader: CertificateReader | undefined;
  /** Moves requests to new revisions; undefined when Azure itself does it at once. */
  readonly rollout: ContainerAppRollout | undefined;
  readonly alerts: ContainerAppAlerts;
  /** undefined when switched off. */
  readonly dashboard: PortalDashboard | undefined;
}
