import { type Problem, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved, type ModelPackages, modelBytes } from '../core';

const GIB = 1024 ** 3;
/** Fargate kills a task that has not stopped by then. */
const MAX_STOP_SECONDS = 120;
/** For the process to end after the last request was answered. */
const EXIT_SECONDS = 5;
/** Part of the ephemeral storage the image and its layers take. */
const IMAGE_GIB = 4;
export const DEFAULT_STORAGE_GIB = 20;
export const MAX_STORAGE_GIB = 200;

/** Time a stopping replica needs for requests in progress, whole seconds. */
export function drainSeconds({ runtime }: EndpointPlan): number {
  return Math.ceil((runtime.drainDelayMs + runtime.drainTimeoutMs) / 1000);
}

export function stopSeconds(plan: EndpointPlan): number {
  return drainSeconds(plan) + EXIT_SECONDS;
}

/** Ephemeral storage for the image, the downloaded archives and the extracted packages. */
export function storageGiB({ models }: EndpointPlan): number {
  return Math.max(DEFAULT_STORAGE_GIB, neededStorageGiB(models));
}

export function neededStorageGiB(models: ModelPackages): number {
  return IMAGE_GIB + Math.ceil((2 * modelBytes(models)) / GIB);
}

/** Refuses what a Fargate task cannot hold or wait for. */
export function checkTaskLimits(plan: EndpointPlan): Problem[] {
  return [...checkReplicas(plan), ...checkDrain(plan), ...checkStorage(plan)];
}

function checkReplicas({ path, scaling }: EndpointPlan): Problem[] {
  if (isUnresolved(scaling.minReplicas) || scaling.minReplicas !== 0) return [];
  return [
    {
      code: 'TARGET_UNSUPPORTED',
      at: `${path}: scaling.minReplicas`,
      what: 'an ECS service behind a load balancer cannot scale from zero: nothing would start it on a request',
      got: '0',
      allowed: '1 or more',
      remedy: 'Use minReplicas 1, or a target that scales to zero.',
    },
  ];
}

function checkDrain(plan: EndpointPlan): Problem[] {
  if (stopSeconds(plan) <= MAX_STOP_SECONDS) return [];
  const { drainDelayMs, drainTimeoutMs } = plan.runtime;
  return [
    {
      code: 'AWS_DRAIN',
      at: `${plan.path}: runtime.drainTimeout`,
      what: `Fargate kills a task ${MAX_STOP_SECONDS} s after the stop signal, before it has drained`,
      got: show({ drainDelayMs, drainTimeoutMs }),
      allowed: `drainDelay + drainTimeout of at most ${MAX_STOP_SECONDS - EXIT_SECONDS} s`,
      remedy: 'Shorten drainDelay, or drainTimeout together with requestTimeout.',
    },
  ];
}

function checkStorage(plan: EndpointPlan): Problem[] {
  if (storageGiB(plan) <= MAX_STORAGE_GIB) return [];
  return [
    {
      code: 'AWS_STORAGE',
      at: `${plan.path}: model`,
      what: 'archive and package together exceed the ephemeral storage of a Fargate task',
      got: `${(modelBytes(plan.models) / GIB).toFixed(1)} GiB`,
      allowed: `a package of at most ${(MAX_STORAGE_GIB - IMAGE_GIB) / 2} GiB`,
      remedy: 'Use a smaller or quantized model.',
    },
  ];
}
