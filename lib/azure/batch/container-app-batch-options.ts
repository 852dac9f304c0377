import type { AzureEndpointOptions } from '../azure-endpoint-options';
import type { EnvironmentOptions } from '../network';

/** What only Azure knows about a job on Container Apps. Everything else is in the props of `BatchScoringJob`. */
export interface ContainerAppBatchOptions
  extends Omit<AzureEndpointOptions, 'modelStorage'>,
    EnvironmentOptions {
  /** Name of the job, 2 to 32 characters, and part of every other name. @default - from the construct path */
  readonly name?: string;
  /** Where the model package is stored. @default - see each option */
  readonly modelStorage?: Omit<NonNullable<AzureEndpointOptions['modelStorage']>, 'previousModels'>;
}
