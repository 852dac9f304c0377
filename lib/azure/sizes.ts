import { type EndpointPlan, isUnresolved, modelBytes, type ResourcesPlan } from '../core';
import type { Checker } from './checker';

const STEP_MILLIS = 250;
const MAX_MILLIS = 4000;
const MIB_PER_CORE = 2048;
const GIB = 1024 ** 3;

/** CPU and memory of a container, as the provider takes them. */
export function containerSize({ cpuMillis, memoryMiB }: ResourcesPlan): { cpu: number; memory: string } {
  return { cpu: cpuMillis / 1000, memory: `${memoryMiB / 1024}Gi` };
}

/**
 * Refuses pairs the Consumption profile does not offer: quarters of a core up to 4, each core with 2 GiB.
 * Source: https://learn.microsoft.com/azure/container-apps/containers#allocations
 */
export function checkSize(
  check: Checker,
  { resources }: Pick<EndpointPlan, 'resources'>,
  prop = 'resources',
): void {
  const { cpuMillis, memoryMiB, architecture } = resources;
  if (architecture !== 'x86_64') {
    check.unsupported(`${prop}.architecture`, {
      what: 'Container Apps runs images for x86_64 alone',
      got: architecture,
      allowed: 'x86_64',
      remedy: 'Build the image for linux/amd64 and leave architecture out.',
    });
  }
  if (isUnresolved(cpuMillis) || isUnresolved(memoryMiB)) return;
  const offered = cpuMillis % STEP_MILLIS === 0 && cpuMillis <= MAX_MILLIS;
  if (offered && memoryMiB === memoryOf(cpuMillis)) return;
  const nearest = nearestCpu(cpuMillis, memoryMiB);
  check.add('AZURE_SIZE', `${prop}.${offered ? 'memoryMiB' : 'cpuMillis'}`, {
    what: 'Container Apps does not offer this pair of CPU and memory',
    got: { cpuMillis, memoryMiB },
    allowed: `cpuMillis ${STEP_MILLIS} to ${MAX_MILLIS} in steps of ${STEP_MILLIS}, with ${MIB_PER_CORE} MiB per 1000`,
    remedy: `Use cpuMillis ${nearest} with memoryMiB ${memoryOf(nearest)}.`,
  });
}

const memoryOf = (cpuMillis: number): number => (cpuMillis * MIB_PER_CORE) / 1000;

/** The smallest size that has both, or the largest there is. */
function nearestCpu(cpuMillis: number, memoryMiB: number): number {
  const wanted = Math.max(cpuMillis, (memoryMiB / MIB_PER_CORE) * 1000);
  return Math.min(MAX_MILLIS, Math.ceil(wanted / STEP_MILLIS) * STEP_MILLIS);
}

/** Source: https://learn.microsoft.com/azure/container-apps/storage-mounts#ephemeral-storage */
function storageGiB(cpuMillis: number): number {
  if (cpuMillis <= 250) return 1;
  if (cpuMillis <= 500) return 2;
  return cpuMillis <= 1000 ? 4 : 8;
}

/** Refuses a model whose archive, package and optimized copy do not fit what a replica has. */
export function checkStorage(
  check: Checker,
  { models, resources }: Pick<EndpointPlan, 'models' | 'resources'>,
): void {
  if (isUnresolved(resources.cpuMillis)) return;
  const storage = storageGiB(resources.cpuMillis);
  const bytes = modelBytes(models);
  if (3 * bytes <= storage * GIB) return;
  check.add('AZURE_STORAGE', 'model', {
    what: `archive, package and optimized copy exceed the ${storage} GiB of a replica with cpuMillis ${resources.cpuMillis}`,
    got: `${(bytes / GIB).toFixed(1)} GiB`,
    allowed: `a package of at most ${(storage / 3).toFixed(2)} GiB`,
    remedy:
      storage < 8 ? 'Use more CPU: storage grows with it, to 8 GiB.' : 'Use a smaller or quantized model.',
  });
}
