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
  DSv2: [
    type('DS1_v2', 1, 3.5),
    type('DS2_v2', 2, 7),
    type('DS3_v2', 4, 14),
    type('DS4_v2', 8, 28),
    type('DS5_v2', 16, 56),
  ],
  Fsv2: [
    type('F2s_v2', 2, 4),
    type('F4s_v2', 4, 8),
    type('F8s_v2', 8, 16),
    type('F16s_v2', 16, 32),
    type('F32s_v2', 32, 64),
    type('F48s_v2', 48, 96),
    type('F64s_v2', 64, 128),
    type('F72s_v2', 72, 144),
  ],
  Esv3: [
    type('E2s_v3', 2, 16),
    type('E4s_v3', 4, 32),
    type('E8s_v3', 8, 64),
    type('E16s_v3', 16, 128),
    type('E32s_v3', 32, 256),
    type('E48s_v3', 48, 384),
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
