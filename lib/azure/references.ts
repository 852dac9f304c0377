/** A resource group: a `ResourceGroup`, its data source, or the three values. */
export interface ResourceGroupReference {
  readonly id: string;
  readonly name: string;
  /** Azure region, `westeurope`. */
  readonly location: string;
}

/** A container registry: a `ContainerRegistry`, its data source, or the two values. */
export interface RegistryReference {
  readonly id: string;
  /** Host name, `example.azurecr.io`. */
  readonly loginServer: string;
}

/** A user-assigned identity: a `UserAssignedIdentity`, its data source, or the three values. */
export interface IdentityReference {
  readonly id: string;
  readonly clientId: string;
  readonly principalId: string;
}

/** A Log Analytics workspace: a `LogAnalyticsWorkspace`, its data source, or the two values. */
export interface WorkspaceReference {
  readonly id: string;
  /** How long it keeps logs; must be what `monitoring.logRetentionDays` says. */
  readonly retentionInDays: number;
}

/** A Container Apps environment of yours, with a Consumption workload profile. */
export interface EnvironmentReference {
  readonly id: string;
  /** Whether its load balancer has an address of the network alone (`internalLoadBalancerEnabled`). */
  readonly internal: boolean;
}

/** A subnet of yours, delegated to `Microsoft.App/environments`, /27 or larger. */
export interface SubnetReference {
  readonly id: string;
  /** Network it lies in; gets the private names of the endpoint. */
  readonly virtualNetworkId: string;
}

/** A public DNS zone of Azure. */
export interface DnsZoneReference {
  /** Name of the zone, `example.com`. */
  readonly name: string;
  readonly resourceGroupName: string;
}
