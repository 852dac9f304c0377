import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

const CGROUP = '/sys/fs/cgroup';

/**
 * Whole cores this process may use: the affinity mask, and the CPU quota of its container, which Node does not look
 * at. At least 1. Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.max), cgroup-v1/cpu (cfs_quota_us).
 */
export function cpuBudget(root = CGROUP): number {
  const quota = quotaV2(root) ?? quotaV1(root);
  return Math.max(1, Math.min(availableParallelism(), Math.floor(quota ?? Number.POSITIVE_INFINITY)));
}

/** Memory this process may use, bytes: that of the container, else of the machine. */
export function memoryBudget(root = CGROUP): number {
  const limit = readNumber(`${root}/memory.max`) ?? readNumber(`${root}/memory/memory.limit_in_bytes`);
  return Math.min(limit ?? Number.POSITIVE_INFINITY, totalmem());
}

function quotaV2(root: string): number | undefined {
  const [quota, period] = (read(`${root}/cpu.max`) ?? '').split(/\s+/).map(Number);
  return quota! > 0 && period! > 0 ? quota! / period! : undefined;
}

function quotaV1(root: string): number | undefined {
  const quota = readNumber(`${root}/cpu/cpu.cfs_quota_us`);
  const period = readNumber(`${root}/cpu/cpu.cfs_period_us`);
  return quota !== undefined && quota > 0 && period ? quota / period : undefined;
}

function readNumber(file: string): number | undefined {
  const text = read(file);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined; // not Linux, or another cgroup version
  }
}
