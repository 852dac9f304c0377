import { type Problem, show } from '@inferstack/runtime/contract';
import { DEFAULT_MAX_BODY_BYTES, type EndpointPlan, isUnresolved, packagePath } from '../../core';
import { drainSeconds } from '../task-limits';

/**
 * From the stop signal until a container is killed, and from a request until it must be answered.
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
 */
const STOP_SECONDS = 30;
const ANSWER_SECONDS = 60;
/** Of a request. Source: https://docs.aws.amazon.com/sagemaker/latest/dg/deploy-model-options.html */
const PAYLOAD_BYTES = 6 * 1024 ** 2;
/** Source: VolumeSizeInGB, https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html */
const MAX_VOLUME_GIB = 512;
const LEAST_VOLUME_GIB = 30;
/** Part of the volume that the image and its layers take. */
const IMAGE_GIB = 4;
const GIB = 1024 ** 3;

/** Volume for the image, the archive, the unpacked package and the weights prepared for sharing. */
export function volumeGiB({ models: [model] }: EndpointPlan): number {
  return Math.max(LEAST_VOLUME_GIB, IMAGE_GIB + Math.ceil((3 * model.bytes) / GIB));
}

/** Refuses what SageMaker has no way to do. */
export function checkLimits(plan: EndpointPlan): Problem[] {
  return [
    ...checkModels(plan),
    ...checkReach(plan),
    ...checkRequests(plan),
    ...checkReplicas(plan),
    ...checkVolume(plan),
  ];
}

function unsupported(
  { path }: EndpointPlan,
  prop: string,
  [what, got, allowed, remedy]: readonly [what: string, got: unknown, allowed: string, remedy: string],
): Problem {
  return { code: 'TARGET_UNSUPPORTED', at: `${path}: ${prop}`, what, got: show(got), allowed, remedy };
}

function checkModels(plan: EndpointPlan): Problem[] {
  const [, ...others] = plan.models;
  if (others.length === 0) return [];
  const what = 'SageMaker brings one package to a container, and a request to /invocations names none';
  const got = plan.models.map(packagePath);
  const remedy = 'Serve each by an endpoint of its own, or use FargateEndpoint.';
  return [unsupported(plan, 'model', [what, got, 'one model in one version', remedy])];
}

function checkReach(plan: EndpointPlan): Problem[] {
  const { grpc, contracts, adapters } = plan.runtime;
  const problems: Problem[] = [];
  if (grpc) {
    const what = 'SageMaker forwards HTTP requests to /invocations alone';
    const remedy = 'Switch runtime.grpc off, or use FargateEndpoint.';
    problems.push(unsupported(plan, 'runtime.grpc', [what, true, 'false', remedy]));
  }
  if (adapters.length > 0) {
    const what = 'SageMaker forwards requests to /invocations alone, so nobody could ask by these routes';
    const remedy = 'Leave runtime.adapters out, or use FargateEndpoint.';
    const paths = adapters.map(({ path }) => path);
    problems.push(unsupported(plan, 'runtime.adapters', [what, paths, 'none', remedy]));
  }
  const unreachable = contracts.filter((contract) => contract !== 'sagemaker' && !isUnresolved(contract));
  if (unreachable.length > 0) {
    const what = 'SageMaker forwards requests to /invocations alone, by its own contract';
    const remedy = 'Leave runtime.contracts out, or use FargateEndpoint.';
    problems.push(unsupported(plan, 'runtime.contracts', [what, unreachable, "'sagemaker'", remedy]));
  }
  return problems;
}

function checkRequests(plan: EndpointPlan): Problem[] {
  const { requestTimeoutMs, maxBodyBytes, drainDelayMs } = plan.runtime;
  const problems: Problem[] = [];
  if (requestTimeoutMs > ANSWER_SECONDS * 1000) {
    const what = `SageMaker waits ${ANSWER_SECONDS} s for an answer`;
    const remedy = 'Lower requestTimeout, or use FargateEndpoint.';
    const told = [what, `${requestTimeoutMs} ms`, `at most ${ANSWER_SECONDS} s`, remedy] as const;
    problems.push(unsupported(plan, 'runtime.requestTimeout', told));
  }
  if (maxBodyBytes > PAYLOAD_BYTES && maxBodyBytes !== DEFAULT_MAX_BODY_BYTES) {
    const what = 'SageMaker lets no larger request through';
    const remedy = 'Lower maxBodyBytes, or use FargateEndpoint.';
    const told = [what, maxBodyBytes, `at most ${PAYLOAD_BYTES}`, remedy] as const;
    problems.push(unsupported(plan, 'runtime.maxBodyBytes', told));
  }
  if (drainDelayMs >= STOP_SECONDS * 1000) {
    const what = `SageMaker kills a container ${STOP_SECONDS} s after the stop signal, before it would begin to drain`;
    const remedy = 'Lower drainDelay.';
    const told = [what, `${drainDelayMs} ms`, `less than ${STOP_SECONDS} s`, remedy] as const;
    problems.push(unsupported(plan, 'runtime.drainDelay', told));
  }
  return problems;
}

function checkReplicas(plan: EndpointPlan): Problem[] {
  if (plan.scaling.minReplicas !== 0) return [];
  const what = 'a SageMaker endpoint with instances of its own does not scale from zero';
  const remedy = 'Use minReplicas 1, or a target that scales to zero.';
  return [unsupported(plan, 'scaling.minReplicas', [what, 0, '1 or more', remedy])];
}

function checkVolume(plan: EndpointPlan): Problem[] {
  if (volumeGiB(plan) <= MAX_VOLUME_GIB) return [];
  return [
    {
      code: 'AWS_SAGEMAKER_VOLUME',
      at: `${plan.path}: model`,
      what: 'archive, package and prepared weights together exceed the volume of an instance',
      got: `${(plan.models[0].bytes / GIB).toFixed(1)} GiB`,
      allowed: `a package of at most ${Math.floor((MAX_VOLUME_GIB - IMAGE_GIB) / 3)} GiB`,
      remedy: 'Use a smaller or quantized model.',
    },
  ];
}

/** What to warn of: times that are asked for and cut short. undefined when they fit. */
export function drainWarning(plan: EndpointPlan): string | undefined {
  const seconds = drainSeconds(plan);
  if (seconds <= STOP_SECONDS) return undefined;
  return (
    `SageMaker kills a container ${STOP_SECONDS} s after the stop signal; drainDelay and drainTimeout ask for ` +
    `${seconds} s. A request that is in progress then is cut off: lower them, with requestTimeout.`
  );
}
