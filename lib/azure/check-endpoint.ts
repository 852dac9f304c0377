import { type EndpointPlan, isUnresolved, secretsElsewhere } from '../core';
import { checkAlertWindows } from './alert-windows';
import { checkKnown } from './check-known';
import { checkPlace } from './check-place';
import type { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointExposure } from './endpoint-exposure';
import { checkTimes } from './limits';
import { checkNetwork } from './network';
import { checkImage } from './registry';
import { checkGatedRollout } from './rollout/check-gated-rollout';
import { isGated } from './rollout/gated';
import { checkScaling } from './scaling';
import { checkSize, checkStorage } from './sizes';
import { checkLogRetention } from './workspace';

/** Everything that can be wrong before the first resource is created. */
export function checkEndpoint(
  check: Checker,
  plan: EndpointPlan,
  options: ContainerAppEndpointOptions,
  exposure: EndpointExposure,
): void {
  checkKnown(check, plan, isGated(plan) ? calculatedWithSteps(plan) : []);
  checkName(check, options.name ?? plan.name, options.name !== undefined);
  checkPlace(check, options);
  checkSize(check, plan);
  checkStorage(check, plan);
  checkScaling(check, plan);
  checkTimes(check, plan);
  checkGatedRollout(check, plan, options);
  checkAlertWindows(check, plan);
  checkLogRetention(check, plan, options.workspace);
  checkImage(check, plan, options.registry);
  checkGrpc(check, plan);
  for (const { prop, finding } of secretsElsewhere(plan, 'azure')) check.unsupported(prop, finding);
  checkNetwork(check, options);
  checkWorkspace(check, options);
  check.addressRanges('target.modelStorage.allowFrom', options.modelStorage?.allowFrom);
  exposure.check(check, options);
}

/** Numbers in the documents of workflows, and in the name of the revision. */
const calculatedWithSteps = ({ rollout, scaling }: EndpointPlan) =>
  [
    ['rollout.bake', rollout.bakeSeconds],
    ...rollout.steps.flatMap(({ percent, holdSeconds }) => [
      ['rollout.percent', percent] as const,
      ['rollout.bake', holdSeconds] as const,
    ]),
    ['scaling.maxReplicas', scaling.maxReplicas],
  ] as const;

/** Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftapp */
function checkName(check: Checker, name: string, given: boolean): void {
  const usable = /^[a-z]([a-z0-9-]*[a-z0-9])$/.test(name) && !name.includes('--') && name.length <= 32;
  if (usable || isUnresolved(name)) return;
  check.add('AZURE_NAME', 'target.name', {
    what: 'the name is not usable for a container app',
    got: name,
    allowed: 'a letter, then letters, digits and single dashes, 2 to 32 characters, lower-case',
    remedy: given ? 'Correct the name.' : 'Set name on the target, or use shorter ids.',
  });
}

/** One port lies behind the ingress, and the runtime speaks HTTP and gRPC on two. */
function checkGrpc(check: Checker, { runtime }: EndpointPlan): void {
  if (!runtime.grpc) return;
  check.unsupported('runtime.grpc', {
    what: 'the ingress leads to one port, in HTTP/1.1 or HTTP/2, and the provider knows no further ones',
    got: true,
    allowed: 'false',
    remedy: 'Use HTTP, or a target with gRPC: KubernetesEndpoint, FargateEndpoint.',
  });
}

function checkWorkspace(check: Checker, { environment, workspace }: ContainerAppEndpointOptions): void {
  if (environment === undefined || workspace !== undefined) return;
  check.add('AZURE_ENVIRONMENT', 'target.workspace', {
    what: 'the environment is yours, and nothing says where its logs are, which the alerts read',
    got: undefined,
    allowed: 'the workspace of the environment',
    remedy: 'Give workspace, the one that the environment sends its logs to.',
  });
}
