import { type Problem, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved } from '../../core';
import { checkKnown } from '../check-known';
import { checkLogRetention } from '../log-retention';
import { checkNetwork, type Network } from '../network';
import { checkImage } from '../runtime-container-image';
import { throwPlanProblems } from '../throw-plan-problems';
import { checkFeatures } from './check-features';
import { checkRollout } from './check-rollout';
import { checkConfig } from './container-environment';
import { checkDataCapture } from './data-capture';
import { checkInstance } from './instance-types';
import { checkLimits } from './limits';
import type { SageMakerEndpointOptions } from './sagemaker-endpoint-options';

/** Everything that SageMaker cannot do with this plan and these options, thrown at once. */
export function checkSageMaker(
  plan: EndpointPlan,
  options: SageMakerEndpointOptions,
  network: Network,
  name: string,
): void {
  const { scaling, resources, rollout } = plan;
  const unknown = checkKnown(plan, [
    ['resources.memoryMiB', resources.memoryMiB],
    ['scaling.minReplicas', scaling.minReplicas],
    ['scaling.cpuPercent', scaling.cpuPercent],
    ['rollout.timeout', rollout.timeoutSeconds],
  ]);
  const features = checkFeatures(plan, options.network);
  const problems: Problem[] = [
    ...unknown,
    ...checkInstance(plan, options.instanceType),
    ...checkLimits(plan),
    ...features,
    ...checkRollout(plan),
    // What is told above is a part of the configuration as well.
    ...(unknown.length + features.length > 0 ? [] : checkConfig(plan)),
    ...checkName(plan, name),
    ...checkLogRetention(plan),
    ...checkImage(plan),
    ...checkNetwork(plan.path, network, 'SageMaker needs'),
    ...checkDataCapture(plan, options.dataCapture),
  ];
  throwPlanProblems(problems, plan);
}

/** Lower case alone: SageMaker's ARNs are, and permissions compare letter by letter. */
const NAME = /^[a-z0-9](-*[a-z0-9]){0,62}$/;

function checkName({ path }: EndpointPlan, name: string): Problem[] {
  if (isUnresolved(name) || (NAME.test(name) && name.length <= 63)) return [];
  return [
    {
      code: 'AWS_SAGEMAKER_NAME',
      at: `${path}: target.endpointName`,
      what: 'the name cannot be that of an endpoint',
      got: show(name),
      allowed: 'lower-case letters, digits and dashes between them, 1 to 63 characters',
      remedy: 'Use another name.',
    },
  ];
}
