import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../core';
import { requireDurableState, requireProvider, requireStack } from '../terraform';
import { checkEndpoint } from './check-endpoint';
import { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { ContainerAppNative } from './container-app-native';
import { createEndpoint } from './create-endpoint';
import { Exposure } from './exposure';
import { openPreviousModels } from './previous-models';
import { ADD_PROVIDER } from './provider-remedy';
import { requireEntraStorage } from './require-entra-storage';

/**
 * Serves models on Azure Container Apps, as Terraform written by cdktf. The image is pulled from a registry
 * (`RuntimeImage.fromRegistry`).
 *
 * @example
 * new ModelEndpoint(stack, 'Progression', {
 *   model: ModelSource.fromDirectory('models/diabetes/1'),
 *   target: new ContainerAppEndpoint({ location: 'westeurope', registry }),
 *   runtime: { image: RuntimeImage.fromRegistry('example.azurecr.io/inferstack/runtime@sha256:...') },
 * });
 */
export class ContainerAppEndpoint implements EndpointTarget<ContainerAppNative> {
  readonly platform = 'azure';

  constructor(private readonly options: ContainerAppEndpointOptions) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if Container Apps cannot honour a setting. */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<ContainerAppNative> {
    const stack = requireStack(scope, plan.path, 'ContainerAppEndpoint');
    const exposure = this.options.exposure ?? Exposure.private();
    const check = new Checker(plan.path);
    const previousModels = openPreviousModels(check, plan, this.options.modelStorage?.previousModels);
    checkEndpoint(check, plan, this.options, exposure);
    check.throwAll();
    requireProvider(stack, 'azurerm', ADD_PROVIDER);
    requireEntraStorage(stack, plan.path);
    requireDurableState(stack);
    return createEndpoint(scope, { plan, options: this.options, exposure, previousModels });
  }
}
