import { DEFAULT_ROLLOUT, type EndpointPlan, modelBytes } from '../core';
import type { Checker } from './checker';

const MIB = 1024 * 1024;

/**
 * Memory of an instance by its CPUs, MiB; the second generation's least is 512.
 * Sources: https://cloud.google.com/run/docs/configuring/services/cpu,
 * https://cloud.google.com/run/docs/configuring/services/memory-limits
 */
const MEMORY_BY_CPU: Readonly<Record<number, readonly [number, number]>> = {
  1: [512, 4096],
  2: [512, 8192],
  4: [2048, 16_384],
  6: [4096, 24_576],
  8: [4096, 32_768],
};

/** Startup probes give up after that: https://cloud.google.com/run/docs/configuring/healthchecks */
const MAX_STARTUP_SECONDS = 240;
export const STARTUP_PERIOD_SECONDS = 5;
/** https://cloud.google.com/run/docs/configuring/request-timeout */
const MAX_REQUEST_SECONDS = 3600;
/** So that callers get the runtime's answer and not the platform's. */
const REQUEST_MARGIN_SECONDS = 5;
/** Of a request over HTTP/1: https://cloud.google.com/run/quotas */
const MAX_BODY_BYTES = 32 * MIB;
/** https://cloud.google.com/run/docs/about-concurrency */
export const MAX_CONCURRENCY = 1000;
/** https://cloud.google.com/run/docs/configuring/max-instances-limits */
const MAX_INSTANCES = 1000;
/** After SIGTERM: https://cloud.google.com/run/docs/container-contract#lifecycle-shutdown */
export const STOP_SECONDS = 10;
/** https://cloud.google.com/logging/docs/buckets#custom-retention */
export const MAX_RETENTION_DAYS = 3650;

export const cpuLimit = (cpuMillis: number): string => `${cpuMillis / 1000}`;

/** Time the platform gives a request. */
export const requestSeconds = ({ runtime }: EndpointPlan): number =>
  Math.ceil(runtime.requestTimeoutMs / 1000) + REQUEST_MARGIN_SECONDS;

/** Time an instance has to become ready: the platform's longest, unless another was asked for. */
export function startupSeconds({ rollout }: EndpointPlan): number {
  return rollout.timeoutSeconds === DEFAULT_ROLLOUT.timeoutSeconds
    ? MAX_STARTUP_SECONDS
    : rollout.timeoutSeconds;
}

/** Refuses what an instance of Cloud Run cannot hold, take or wait for. */
export function checkLimits(check: Checker, plan: EndpointPlan): void {
  checkResources(check, plan);
  checkModelMemory(check, plan);
  checkStartup(check, plan);
  checkRequests(check, plan);
  checkDrain(check, plan);
  const { scaling, monitoring, runtime } = plan;
  check.number('GCP_REPLICAS', 'scaling.maxReplicas', scaling.maxReplicas, [1, MAX_INSTANCES]);
  check.number('GCP_CONCURRENCY', 'runtime.maxInFlight', runtime.maxInFlight, [1, MAX_CONCURRENCY]);
  const retention = [1, MAX_RETENTION_DAYS] as const;
  check.number('GCP_LOG_RETENTION', 'monitoring.logRetentionDays', monitoring.logRetentionDays, retention);
}

export function checkResources(
  check: Checker,
  { resources: { cpuMillis, memoryMiB } }: Pick<EndpointPlan, 'resources'>,
): void {
  const bounds = MEMORY_BY_CPU[cpuMillis / 1000];
  if (bounds !== undefined && memoryMiB >= bounds[0] && memoryMiB <= bounds[1]) return;
  const pairs = Object.entries(MEMORY_BY_CPU).map(([cpus, [min, max]]) => `${cpus}000: ${min} to ${max}`);
  check.add('GCP_RESOURCES', 'resources', {
    what: 'Cloud Run does not offer this pair of CPU and memory',
    got: { cpuMillis, memoryMiB },
    allowed: `memoryMiB by cpuMillis: ${pairs.join('; ')}`,
    remedy:
      bounds === undefined
        ? 'Use a whole number of CPUs among these; less than one CPU takes one request at a time on Cloud Run.'
        : `Use ${bounds[0]} to ${bounds[1]} MiB, or another number of CPUs.`,
  });
}

/** Files lie in memory: archives, what they unpack to, ONNX Runtime's optimized copies; and the models are loaded. */
export function checkModelMemory(
  check: Checker,
  { models, resources }: Pick<EndpointPlan, 'models' | 'resources'>,
): void {
  const needed = 64 + Math.ceil((4 * modelBytes(models)) / MIB);
  if (needed <= resources.memoryMiB) return;
  check.add('GCP_MODEL_MEMORY', 'resources.memoryMiB', {
    what: `the model needs about ${needed} MiB: Cloud Run keeps files in the memory of the instance`,
    got: resources.memoryMiB,
    allowed: `${needed} or more`,
    remedy: 'Raise memoryMiB, with more CPUs if need be, or use a smaller or quantized model.',
  });
}

function checkStartup(check: Checker, plan: EndpointPlan): void {
  if (startupSeconds(plan) <= MAX_STARTUP_SECONDS) return;
  check.add('GCP_STARTUP', 'rollout.timeout', {
    what: `Cloud Run stops an instance that is not ready after ${MAX_STARTUP_SECONDS} s`,
    got: `${plan.rollout.timeoutSeconds} s`,
    allowed: `at most ${MAX_STARTUP_SECONDS} s; unset, it is ${MAX_STARTUP_SECONDS} s`,
    remedy: 'Lower rollout.timeout. A model that loads longer needs another target, or a smaller graph.',
  });
}

function checkRequests(check: Checker, plan: EndpointPlan): void {
  const { requestTimeoutMs, maxBodyBytes } = plan.runtime;
  if (requestSeconds(plan) > MAX_REQUEST_SECONDS) {
    check.add('GCP_REQUEST_LIMIT', 'runtime.requestTimeout', {
      what: `Cloud Run ends a request after ${MAX_REQUEST_SECONDS} s`,
      got: `${requestTimeoutMs} ms`,
      allowed: `at most ${MAX_REQUEST_SECONDS - REQUEST_MARGIN_SECONDS} s, so that the runtime answers first`,
      remedy: 'Lower runtime.requestTimeout.',
    });
  }
  if (maxBodyBytes <= MAX_BODY_BYTES) return;
  check.add('GCP_REQUEST_LIMIT', 'runtime.maxBodyBytes', {
    what: 'Cloud Run refuses larger requests before they reach the runtime',
    got: maxBodyBytes,
    allowed: `at most ${MAX_BODY_BYTES} bytes`,
    remedy: 'Lower runtime.maxBodyBytes and send fewer rows per request.',
  });
}

function checkDrain(check: Checker, { runtime }: EndpointPlan): void {
  if (runtime.drainDelayMs < STOP_SECONDS * 1000) return;
  check.add('GCP_DRAIN', 'runtime.drainDelay', {
    what: `Cloud Run kills an instance ${STOP_SECONDS} s after the stop signal, before it would begin to drain`,
    got: `${runtime.drainDelayMs} ms`,
    allowed: `less than ${STOP_SECONDS} s`,
    remedy: 'Lower runtime.drainDelay: Cloud Run sends no new requests to an instance that it stops.',
  });
}
