import type { Construct } from 'constructs';
import type { BoundEndpoint, EndpointPlan, EndpointTarget } from '../../core';
import { requireDurableState, requireProvider, requireStack } from '../../terraform';
import { Checker } from '../checker';
import { openPreviousModels } from '../previous-models';
import { ADD_PROVIDER } from '../provider-remedy';
import { requireEntraStorage } from '../require-entra-storage';
import { checkMachineLearning } from './check-machine-learning';
import { createMachineLearning } from './create-machine-learning';
import type { MachineLearningNative } from './machine-learning-native';
import type { MachineLearningEndpointOptions } from './machine-learning-options';

/**
 * Serves models on a managed online endpoint of Azure Machine Learning, as Terraform written by cdktf. The image is
 * pulled from a registry (`RuntimeImage.fromRegistry`).
 *
 * @example
 * new ModelEndpoint(stack, 'Progression', {
 *   model: ModelSource.fromDirectory('models/diabetes/1'),
 *   target: new MachineLearningEndpoint({ location: 'westeurope', machineLearning: workspace, registry }),
 *   runtime: { image: RuntimeImage.fromRegistry('example.azurecr.io/inferstack/runtime@sha256:...') },
 * });
 */
export class MachineLearningEndpoint implements EndpointTarget<MachineLearningNative> {
  readonly platform = 'azure';

  constructor(private readonly options: MachineLearningEndpointOptions) {}

  /** @throws ProblemError with every problem at once, UnsupportedError if managed endpoints cannot honour a setting. */
  bind(scope: Construct, plan: EndpointPlan): BoundEndpoint<MachineLearningNative> {
    const { options } = this;
    const stack = requireStack(scope, plan.path, 'MachineLearningEndpoint');
    const check = new Checker(plan.path);
    const previousModels = openPreviousModels(check, plan, options.modelStorage?.previousModels);
    checkMachineLearning(check, plan, options);
    check.throwAll();
    requireProvider(stack, 'azurerm', ADD_PROVIDER);
    requireEntraStorage(stack, plan.path);
    requireDurableState(stack);
    return createMachineLearning(scope, { plan, options, previousModels });
  }
}
