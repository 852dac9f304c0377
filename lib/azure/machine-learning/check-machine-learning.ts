import { type EndpointPlan, isUnresolved, refusedSecrets, unnamedModels } from '../../core';
import { checkCommon, type NameRule } from '../check-common';
import type { Calculated } from '../check-known';
import type { Checker } from '../checker';
import type { MachineLearningEndpointOptions } from './machine-learning-options';
import { checkMachineLearningLimits } from './ml-limits';

/** Source: https://learn.microsoft.com/azure/machine-learning/how-to-manage-quotas (names of endpoints) */
const NAMES: NameRule = {
  of: 'an online endpoint',
  pattern: /^[a-z]([a-z0-9-]{1,30})[a-z0-9]$/,
  allowed: 'a letter, then letters, digits and dashes, 3 to 32 characters, lower-case, no dash at the end',
};

const COOLDOWN = { min: 60, max: 604_800 };

/** Everything that can be wrong before the first resource is created. */
export function checkMachineLearning(
  check: Checker,
  plan: EndpointPlan,
  options: MachineLearningEndpointOptions,
): void {
  checkCommon(check, plan, options, { names: NAMES, calculated: calculatedInTemplates(plan) });
  checkMachineLearningLimits(check, plan, options.instanceSeries ?? 'DSv2');
  checkScaling(check, plan);
  checkRuntime(check, plan);
  checkSecrets(check, plan);
  checkAdapters(check, plan);
}

/** In a template a placeholder would be read as the number it is encoded as. */
const calculatedInTemplates = ({ runtime, scaling }: EndpointPlan): Calculated => [
  ['runtime.maxInFlight', runtime.maxInFlight],
  ['runtime.requestTimeout', runtime.requestTimeoutMs],
  ['scaling.scaleOutCooldown', scaling.scaleOutCooldownSeconds],
  ['scaling.scaleInCooldown', scaling.scaleInCooldownSeconds],
];

/** Source: https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-understanding-settings */
function checkScaling(check: Checker, { scaling }: EndpointPlan): void {
  check.within('AZURE_SCALING', 'scaling.cpuPercent', scaling.cpuPercent, { min: 1, max: 100, whole: true });
  for (const prop of ['scaleOutCooldown', 'scaleInCooldown'] as const) {
    const seconds = scaling[`${prop}Seconds`];
    check.within('AZURE_SCALING', `scaling.${prop}`, seconds, COOLDOWN);
    if (isUnresolved(seconds) || seconds % 60 === 0) continue;
    check.add('AZURE_SCALING', `scaling.${prop}`, {
      what: 'autoscale counts whole minutes',
      got: `${seconds} s`,
      allowed: 'whole minutes',
      remedy: `Use Duration.minutes(${Math.ceil(seconds / 60)}).`,
    });
  }
  if (scaling.minReplicas >= 1) return;
  check.unsupported('scaling.minReplicas', {
    what: 'a managed deployment keeps one machine at least',
    got: scaling.minReplicas,
    allowed: '1 or more',
    remedy: 'Set minReplicas to 1, or use ContainerAppEndpoint, which scales to zero.',
  });
}

/** Variables of a deployment are plain text, for everyone who may look at it. */
function checkSecrets(check: Checker, plan: EndpointPlan): void {
  const what = 'a managed deployment brings no secrets to its container';
  for (const { prop, finding } of refusedSecrets(plan, what, 'ContainerAppEndpoint'))
    check.unsupported(prop, finding);
}

function checkAdapters(check: Checker, { runtime }: EndpointPlan): void {
  if (runtime.adapters.length === 0) return;
  check.unsupported('runtime.adapters', {
    what: 'a managed endpoint forwards requests to one route of the container, that of its own contract',
    got: runtime.adapters.map(({ path }) => path),
    allowed: 'unset',
    remedy: 'Leave it unset, or choose ContainerAppEndpoint.',
  });
}

function checkRuntime(check: Checker, plan: EndpointPlan): void {
  const { runtime } = plan;
  const names = unnamedModels(plan);
  if (names.length > 1) {
    check.unsupported('model', {
      what: 'the route that the endpoint forwards does not say which model it means',
      got: names,
      allowed: 'one model, in any number of versions',
      remedy: 'Serve each by an endpoint of its own, or all of them by ContainerAppEndpoint.',
    });
  }
  const others = runtime.contracts.filter((contract) => contract !== 'azureml');
  if (others.length > 0) {
    check.unsupported('runtime.contracts', {
      what: 'a managed endpoint forwards requests to one route of the container',
      got: others,
      allowed: "unset, or ['azureml']",
      remedy: 'Leave it unset: /score is always answered. For other contracts choose ContainerAppEndpoint.',
    });
  }
  if (!runtime.grpc) return;
  check.unsupported('runtime.grpc', {
    what: 'a managed endpoint forwards HTTP to one port',
    got: true,
    allowed: 'false',
    remedy: 'Use HTTP, or a target with gRPC: KubernetesEndpoint, FargateEndpoint.',
  });
}
