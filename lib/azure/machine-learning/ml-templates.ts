import { createHash } from 'node:crypto';
import { ResourceGroupTemplateDeployment } from '@cdktf/provider-azurerm/lib/resource-group-template-deployment';
import type { Construct } from 'constructs';
import { literal, resolvedText, type TerraformResource } from '../../terraform';
import {
  type ArmParts,
  deploymentResource,
  endpointResource,
  environmentResource,
  type MachineLearningContext,
} from './arm-resources';
import { type ArmResource, armTemplate } from './arm-template';

/** Beyond the time for the replicas to become ready: machines, images, routes of the platform. */
const APPLY_MARGIN_SECONDS = 1800;

export interface MachineLearningTemplates {
  /** The endpoint as it is first created, without traffic. */
  readonly endpoint: ResourceGroupTemplateDeployment;
  /** The machines with the container: another one for each release. */
  readonly deployment: ResourceGroupTemplateDeployment;
  /** The endpoint with all traffic on that deployment. */
  readonly traffic: ResourceGroupTemplateDeployment;
  /** Name of the deployment. */
  readonly release: string;
}

/**
 * The provider has no resource for endpoints and deployments, but one for templates of Azure Resource Manager. A
 * release is created beside the one that serves; the traffic moves once it is ready; then the former one is deleted.
 * That is what `create_before_destroy` means for a resource others depend on. A release that does not become ready fails
 * the apply before the traffic is touched.
 */
export function createTemplates(
  scope: Construct,
  context: MachineLearningContext,
  parts: ArmParts,
  needs: readonly TerraformResource[],
): MachineLearningTemplates {
  const release = releaseName(scope, context, parts);
  const endpoint = createTemplate(scope, context, 'EndpointTemplate', {
    name: `${context.name}-endpoint`,
    resources: [endpointResource(context, parts, {})],
    dependsOn: [],
    // Later changes come with the traffic: alone they would take it away.
    lifecycle: { ignoreChanges: ['template_content', 'tags'] },
  });
  const deployment = createTemplate(scope, context, 'DeploymentTemplate', {
    name: `${context.name}-${release}`,
    resources: [environmentResource(context, release), deploymentResource(context, parts, release)],
    dependsOn: [endpoint, ...needs],
    lifecycle: { createBeforeDestroy: true },
  });
  const traffic = createTemplate(scope, context, 'TrafficTemplate', {
    name: `${context.name}-traffic`,
    resources: [endpointResource(context, parts, { [release]: 100 })],
    dependsOn: [deployment],
  });
  return { endpoint, deployment, traffic, release };
}

/** What a deployment is made of is its name: whatever changes makes another one, and nothing is changed under traffic. */
function releaseName(scope: Construct, context: MachineLearningContext, parts: ArmParts): string {
  const made = [environmentResource(context, ''), deploymentResource(context, parts, '')];
  const text = resolvedText(scope, JSON.stringify(made));
  return `r-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

interface TemplateOptions {
  readonly name: string;
  readonly resources: readonly ArmResource[];
  readonly dependsOn: TerraformResource[];
  readonly lifecycle?: { createBeforeDestroy?: boolean; ignoreChanges?: string[] };
}

function createTemplate(
  scope: Construct,
  { options, tags, plan }: MachineLearningContext,
  id: string,
  { name, resources, dependsOn, lifecycle }: TemplateOptions,
): ResourceGroupTemplateDeployment {
  const wait = `${Math.ceil((plan.rollout.timeoutSeconds + APPLY_MARGIN_SECONDS) / 60)}m`;
  return new ResourceGroupTemplateDeployment(scope, id, {
    name,
    resourceGroupName: literal(options.machineLearning.resourceGroupName),
    deploymentMode: 'Incremental',
    templateContent: armTemplate(resources),
    tags,
    timeouts: { create: wait, update: wait, delete: wait },
    lifecycle,
    dependsOn,
  });
}
