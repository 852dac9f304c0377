import type { ResourcesPlan } from '../../core';

export type MachineSeries = 'e2' | 'n1' | 'n2' | 'c3';

export interface MachineType {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
}

const GIB = 1024;

/** CPUs and memory of the standard machines, GiB a CPU. Source: https://cloud.google.com/compute/docs/machine-resource */
const SERIES: Readonly<Record<MachineSeries, { readonly cpus: readonly number[]; readonly gib: number }>> = {
  e2: { cpus: [2, 4, 8, 16, 32], gib: 4 },
  n1: { cpus: [2, 4, 8, 16, 32], gib: 3.75 },
  n2: { cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128], gib: 4 },
  c3: { cpus: [4, 8, 22, 44, 88, 176], gib: 4 },
};

/** Of a machine, left to the system beside the container. A margin of ours: Vertex AI names no figure. */
export const SYSTEM_MEMORY_MIB = 1024;

/** The machines of a series that Vertex AI serves on, the smallest first. */
export function machineTypes(series: MachineSeries): MachineType[] {
  const { cpus, gib } = SERIES[series];
  return cpus.map((count) => ({
    name: `${series}-standard-${count}`,
    cpus: count,
    memoryMiB: count * gib * GIB,
  }));
}

/** The smallest machine of a series that has what one replica asks for; undefined: none has. */
export function machineTypeFor(
  series: MachineSeries,
  { cpuMillis, memoryMiB }: ResourcesPlan,
): MachineType | undefined {
  return machineTypes(series).find(
    (type) => type.cpus * 1000 >= cpuMillis && type.memoryMiB - SYSTEM_MEMORY_MIB >= memoryMiB,
  );
}
