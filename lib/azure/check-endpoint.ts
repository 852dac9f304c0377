import { type EndpointPlan, secretsElsewhere } from '../core';
import { CONTAINER_APP_NAMES, checkCommon, type NameRule } from './check-common';
import type { Calculated } from './check-known';
import type { Checker } from './checker';
import type { ContainerAppEndpointOptions } from './container-app-endpoint-options';
import type { EndpointExposure } from './endpoint-exposure';
import { checkTimes } from './limits';
import { checkNetwork, checkWorkspace } from './network';
import { checkGatedRollout } from './rollout/check-gated-rollout';
import { isGated } from './rollout/gated';
import { checkScaling } from './scaling';
import { checkSize, checkStorage } from './sizes';

const NAMES: NameRule = { of: 'a container app', ...CONTAINER_APP_NAMES };

/** Everything that can be wrong before the first resource is created. */
export function checkEndpoint(
  check: Checker,
  plan: EndpointPlan,
  options: ContainerAppEndpointOptions,
  exposure: EndpointExposure,
): void {
  const calculated = isGated(plan) ? calculatedWithSteps(plan) : undefined;
  checkCommon(check, plan, options, { names: NAMES, calculated });
  checkSize(check, plan);
  checkStorage(check, plan);
  checkScaling(check, plan);
  checkTimes(check, plan);
  checkGatedRollout(check, plan, options);
  checkGrpc(check, plan);
  for (const { prop, finding } of secretsElsewhere(plan, 'azure')) check.unsupported(prop, finding);
  checkNetwork(check, options);
  checkWorkspace(check, options);
  exposure.check(check, options);
}

/** Numbers in the documents of workflows, and in the name of the revision. */
const calculatedWithSteps = ({ rollout, scaling }: EndpointPlan): Calculated => [
  ['rollout.bake', rollout.bakeSeconds],
  ...rollout.steps.flatMap<Calculated[number]>(({ percent, holdSeconds }) => [
    ['rollout.percent', percent],
    ['rollout.bake', holdSeconds],
  ]),
  ['scaling.maxReplicas', scaling.maxReplicas],
];

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
