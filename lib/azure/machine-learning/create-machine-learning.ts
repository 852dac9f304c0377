import type { Construct } from 'constructs';
import { type BoundEndpoint, type EndpointPlan, runtimeConfig } from '../../core';
import { literal, TerraformOutput } from '../../terraform';
import { EndpointContext } from '../context';
import { createDashboard } from '../dashboard';
import { deliverModels } from '../delivered-models';
import type { PreviousModels } from '../previous-models';
import { warnIfUnpinned } from '../registry';
import { resolveResourceGroup } from '../resource-group';
import { resolveWorkspace } from '../workspace';
import { deploymentIdOf, endpointIdOf, type MachineLearningContext } from './arm-resources';
import type { MachineLearningNative } from './machine-learning-native';
import type { MachineLearningEndpointOptions } from './machine-learning-options';
import { createAutoscale } from './ml-autoscale';
import { createDiagnostics, createMachineLearningAlerts } from './ml-monitoring';
import { createTemplates } from './ml-templates';
import { machineLearningTiles } from './ml-tiles';

export interface MachineLearningParts {
  readonly plan: EndpointPlan;
  readonly options: MachineLearningEndpointOptions;
  readonly previousModels: PreviousModels;
}

/** Creates the resources of a checked plan, in the order in which they need each other. */
export function createMachineLearning(
  scope: Construct,
  { plan, options, previousModels }: MachineLearningParts,
): BoundEndpoint<MachineLearningNative> {
  warnIfUnpinned(scope, plan);
  const name = options.name ?? plan.name;
  const { group, created: resourceGroup } = resolveResourceGroup(scope, name, options);
  const context: MachineLearningContext = new EndpointContext(plan, options, literal(name), group);
  const workspace = resolveWorkspace(scope, context);
  // The subnet of the machines is Azure's.
  const { needs, ...delivered } = deliverModels(scope, context, previousModels, undefined);
  const runtime = { ...plan.runtime, contracts: ['azureml'] as const };
  const config = runtimeConfig(
    { ...plan, name: context.name, runtime },
    { modelUris: delivered.modelStore.uris },
  );
  const parts = { config, identityId: delivered.identity.id };
  const templates = createTemplates(scope, context, parts, needs);
  const native: MachineLearningNative = {
    ...delivered,
    templates,
    resourceGroup,
    url: scoringUrl(context),
    endpointId: endpointIdOf(context),
    deploymentId: deploymentIdOf(context, templates.release),
    autoscale: createAutoscale(scope, context, templates),
    workspace: workspace.created,
    diagnostics: createDiagnostics(scope, context, templates, workspace.id),
    alerts: createMachineLearningAlerts(scope, context, workspace.id),
    dashboard: createDashboard(
      scope,
      context,
      machineLearningTiles(context, templates.release, workspace.id),
    ),
  };
  createOutputs(scope, context, native);
  return { native, runtimeConfig: config, defaultChild: templates.traffic };
}

/** Source: https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online */
function scoringUrl({ name, options }: MachineLearningContext): string {
  return `https://${name}.${literal(options.machineLearning.location)}.inference.ml.azure.com/score`;
}

function createOutputs(
  scope: Construct,
  { plan }: MachineLearningContext,
  native: MachineLearningNative,
): void {
  const { url, templates } = native;
  new TerraformOutput(scope, 'Url', { value: url, description: literal(`Address of ${plan.path}`) });
  new TerraformOutput(scope, 'Deployment', {
    value: templates.release,
    description: literal(`Deployment that serves ${plan.path}`),
  });
}
