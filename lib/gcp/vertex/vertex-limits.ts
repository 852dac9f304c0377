import { type EndpointPlan, modelBytes } from '../../core';
import type { Checker } from '../checker';
import { type MachineSeries, machineTypeFor, machineTypes, SYSTEM_MEMORY_MIB } from './machine-types';

const MIB = 1024 * 1024;

/** https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type */
const MAX_BODY_BYTES = 10_000_000;
/**
 * Of the kinds of endpoints, the least: on those offered it can be raised when an endpoint is created, which this
 * version of Terraform's provider cannot say. Same source.
 */
const MAX_REQUEST_SECONDS = 60;
/** So that callers get the runtime's answer and not the platform's. */
const REQUEST_MARGIN_SECONDS = 5;
/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec (deploymentTimeout) */
const MAX_START_SECONDS = 7200;
/** https://cloud.google.com/logging/docs/buckets#custom-retention */
const MAX_RETENTION_DAYS = 3650;

/** Refuses what a machine of Vertex AI cannot hold, take or wait for. */
export function checkVertexLimits(check: Checker, plan: EndpointPlan, series: MachineSeries): void {
  checkMachine(check, plan, series);
  checkModelMemory(check, plan);
  checkRequests(check, plan);
  const { monitoring, rollout } = plan;
  const retention = [1, MAX_RETENTION_DAYS] as const;
  check.number('GCP_LOG_RETENTION', 'monitoring.logRetentionDays', monitoring.logRetentionDays, retention);
  if (rollout.timeoutSeconds <= MAX_START_SECONDS) return;
  check.add('GCP_STARTUP', 'rollout.timeout', {
    what: 'Vertex AI gives up deploying a model after two hours',
    got: `${rollout.timeoutSeconds} s`,
    allowed: `at most ${MAX_START_SECONDS} s`,
    remedy: 'Lower rollout.timeout.',
  });
}

function checkMachine(check: Checker, { resources }: EndpointPlan, series: MachineSeries): void {
  if (machineTypeFor(series, resources) !== undefined) return;
  const types = machineTypes(series).map(
    ({ name, cpus, memoryMiB }) => `${name}: ${cpus * 1000} and ${memoryMiB - SYSTEM_MEMORY_MIB}`,
  );
  check.add('GCP_RESOURCES', 'resources', {
    what: `no standard machine of the series ${series} has as much`,
    got: { cpuMillis: resources.cpuMillis, memoryMiB: resources.memoryMiB },
    allowed: `cpuMillis and memoryMiB up to those of a machine: ${types.join('; ')}`,
    remedy: 'Ask for less, or for another series: machineSeries n2 and c3 have larger machines.',
  });
}

/** The weights as the engine holds them, and once more while they are loaded. Files lie on the disk of the machine. */
function checkModelMemory(check: Checker, { models, resources }: EndpointPlan): void {
  const needed = 64 + Math.ceil((2 * modelBytes(models)) / MIB);
  if (needed <= resources.memoryMiB) return;
  check.add('GCP_MODEL_MEMORY', 'resources.memoryMiB', {
    what: `the model needs about ${needed} MiB while it is loaded`,
    got: resources.memoryMiB,
    allowed: `${needed} or more`,
    remedy: 'Raise memoryMiB, or use a smaller or quantized model.',
  });
}

function checkRequests(check: Checker, { runtime }: EndpointPlan): void {
  const seconds = MAX_REQUEST_SECONDS - REQUEST_MARGIN_SECONDS;
  if (runtime.requestTimeoutMs > seconds * 1000) {
    check.add('GCP_REQUEST_LIMIT', 'runtime.requestTimeout', {
      what: `Vertex AI may end a request after ${MAX_REQUEST_SECONDS} s`,
      got: `${runtime.requestTimeoutMs} ms`,
      allowed: `at most ${seconds} s, so that the runtime answers first`,
      remedy: 'Lower runtime.requestTimeout.',
    });
  }
  if (runtime.maxBodyBytes <= MAX_BODY_BYTES) return;
  check.add('GCP_REQUEST_LIMIT', 'runtime.maxBodyBytes', {
    what: 'Vertex AI refuses larger requests before they reach the runtime',
    got: runtime.maxBodyBytes,
    allowed: `at most ${MAX_BODY_BYTES} bytes`,
    remedy: 'Lower runtime.maxBodyBytes and send fewer rows per request.',
  });
}
