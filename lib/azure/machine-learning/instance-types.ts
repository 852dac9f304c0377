import type { ResourcesPlan } from '../../core';

export type InstanceSeries = 'DSv2' | 'Fsv2' | 'Esv3';

export interface InstanceType {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
}

const GIB = 1024;
const type = (name: string, cpus: number, gib: number): InstanceType => ({
  name: `Standard_${name}`,
  cpus,
  memoryMiB: gib * GIB,
});

/**
 * The machines of managed online endpoints, the smallest first.
 * Source: https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list
 */
export const INSTANCE_TYPES: Readonly<Record<InstanceSeries, readonly InstanceType[]>> = {
  DSv2: [1, 2, 4, 8, 16].map((cpus, i) => type(`DS${i + 1}_v2`, cpus, 3.5 * cpus)),
  Fsv2: [2, 4, 8, 16, 32, 48, 64, 72].map((cpus) => type(`F${cpus}s_v2`, cpus, 2 * cpus)),
  Esv3: [
    ...[2, 4, 8, 16, 32, 48].map((cpus) => type(`E${cpus}s_v3`, cpus, 8 * cpus)),
    type('E64s_v3', 64, 432),
  ],
};

/** Of a machine, left to the system beside the container. A margin of ours: Azure names no figure. */
export const SYSTEM_MEMORY_MIB = 1024;

/** The smallest machine of a series that has what one replica asks for; undefined: none has. */
export function instanceTypeFor(
  series: InstanceSeries,
  { cpuMillis, memoryMiB }: ResourcesPlan,
): InstanceType | undefined {
  return INSTANCE_TYPES[series].find(
    (found) => found.cpus * 1000 >= cpuMillis && found.memoryMiB - SYSTEM_MEMORY_MIB >= memoryMiB,
  );
}
