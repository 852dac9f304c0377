import type { AzureEndpointOptions } from '../azure-endpoint-options';
import type { InstanceSeries } from './instance-types';

/** What only Azure Machine Learning knows about an endpoint. Everything else is in the props of `ModelEndpoint`. */
export interface MachineLearningEndpointOptions extends AzureEndpointOptions {
  /** Workspace of Azure Machine Learning that the endpoint belongs to, with its network, registry and policies. */
  readonly machineLearning: MachineLearningWorkspaceReference;
  /**
   * Name of the endpoint, 3 to 32 characters, unique in the region, and part of every other name.
   * @default - from the construct path
   */
  readonly name?: string;
  /**
   * Whether the endpoint is reached from the internet, or through the private endpoint of the workspace alone. An
   * identity with rights on the endpoint is asked for on both.
   * @default false
   */
  readonly publicAccess?: boolean;
  /** Series of machines; the smallest that has the CPU and memory asked for is taken. @default 'DSv2' */
  readonly instanceSeries?: InstanceSeries;
}

/** A workspace of Azure Machine Learning: its resource, its data source, or the four values. */
export interface MachineLearningWorkspaceReference {
  readonly id: string;
  readonly name: string;
  readonly resourceGroupName: string;
  /** Azure region, `westeurope`; the endpoint lies there too. */
  readonly location: string;
}
