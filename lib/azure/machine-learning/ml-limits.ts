import { type EndpointPlan, modelBytes, refusedRollout } from '../../core';
import { checkNoBake } from '../check-common';
import type { Checker } from '../checker';
import { INSTANCE_TYPES, type InstanceSeries, instanceTypeFor, SYSTEM_MEMORY_MIB } from './instance-types';

const MIB = 1024 * 1024;

// https://learn.microsoft.com/azure/machine-learning/how-to-manage-quotas#azure-machine-learning-online-endpoints-and-batch-endpoints
const MAX_REPLICAS = 50;
const MAX_REQUEST_SECONDS = 180;
const MAX_BODY_BYTES = 10_000_000;
/** So that callers get the runtime's answer and not the platform's. */
const REQUEST_MARGIN_SECONDS = 5;

export const PROBE_SECONDS = 10;

/** Looks at a starting replica until it is given up. */
export const probeFailures = ({ rollout }: EndpointPlan): number =>
  Math.max(1, Math.ceil(rollout.timeoutSeconds / PROBE_SECONDS) - 1);

/** Time the platform gives a request. */
export const platformRequestSeconds = ({ runtime }: EndpointPlan): number =>
  Math.ceil(runtime.requestTimeoutMs / 1000) + REQUEST_MARGIN_SECONDS;

/** Refuses what a managed deployment cannot hold, take or wait for. */
export function checkMachineLearningLimits(check: Checker, plan: EndpointPlan, series: InstanceSeries): void {
  checkInstance(check, plan, series);
  checkModelMemory(check, plan);
  checkRequests(check, plan);
  checkRollout(check, plan);
}

function checkInstance(check: Checker, { resources }: EndpointPlan, series: InstanceSeries): void {
  const { cpuMillis, memoryMiB, architecture } = resources;
  if (architecture !== 'x86_64') {
    check.unsupported('resources.architecture', {
      what: 'managed endpoints run images for x86_64 alone',
      got: architecture,
      allowed: 'x86_64',
      remedy: 'Build the image for linux/amd64 and leave architecture out.',
    });
  }
  if (instanceTypeFor(series, resources) !== undefined) return;
  const types = INSTANCE_TYPES[series].map(
    (type) => `${type.name}: ${type.cpus * 1000} and ${type.memoryMiB - SYSTEM_MEMORY_MIB}`,
  );
  check.add('AZURE_SIZE', 'resources', {
    what: `no machine of the series ${series} has as much`,
    got: { cpuMillis, memoryMiB },
    allowed: `cpuMillis and memoryMiB up to those of a machine: ${types.join('; ')}`,
    remedy: 'Ask for less, or for another instanceSeries: Fsv2 has more CPU, Esv3 more memory.',
  });
}

/** The weights as the engine holds them, and once more while they are loaded. Files lie on the disk of the machine. */
function checkModelMemory(check: Checker, { models, resources }: EndpointPlan): void {
  const needed = 64 + Math.ceil((2 * modelBytes(models)) / MIB);
  if (needed <= resources.memoryMiB) return;
  check.add('AZURE_STORAGE', 'resources.memoryMiB', {
    what: `the model needs about ${needed} MiB while it is loaded`,
    got: resources.memoryMiB,
    allowed: `${needed} or more`,
    remedy: 'Raise memoryMiB, or use a smaller or quantized model.',
  });
}

function checkRequests(check: Checker, { runtime, scaling }: EndpointPlan): void {
  const seconds = MAX_REQUEST_SECONDS - REQUEST_MARGIN_SECONDS;
  if (runtime.requestTimeoutMs > seconds * 1000) {
    check.add('AZURE_REQUEST_TIME', 'runtime.requestTimeout', {
      what: `a managed endpoint ends a request after ${MAX_REQUEST_SECONDS} s`,
      got: `${runtime.requestTimeoutMs} ms`,
      allowed: `at most ${seconds} s, so that the runtime answers first`,
      remedy: 'Shorten the timeout; long work belongs into batch scoring.',
    });
  }
  check.within('AZURE_REQUEST_SIZE', 'runtime.maxBodyBytes', runtime.maxBodyBytes, {
    min: 1024,
    max: MAX_BODY_BYTES,
  });
  check.within('AZURE_SCALING', 'scaling.maxReplicas', scaling.maxReplicas, {
    min: 1,
    max: MAX_REPLICAS,
    whole: true,
  });
}

function checkRollout(check: Checker, plan: EndpointPlan): void {
  for (const { prop, finding } of refusedRollout(plan)) check.unsupported(prop, finding);
  checkNoBake(
    check,
    plan,
    'Terraform takes the old deployment away once the new one has the traffic, and watches no alarms',
  );
}
