import { type Problem, show } from '@inferstack/runtime/contract';
import { type EndpointPlan, isUnresolved } from '../core';

interface Size {
  readonly cpuMillis: number;
  readonly memoryMiB: readonly number[];
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
export const fargateSizes: readonly Size[] = [
  { cpuMillis: 250, memoryMiB: [512, 1024, 2048] },
  { cpuMillis: 500, memoryMiB: steps(1024, 4096, 1024) },
  { cpuMillis: 1000, memoryMiB: steps(2048, 8192, 1024) },
  { cpuMillis: 2000, memoryMiB: steps(4096, 16384, 1024) },
  { cpuMillis: 4000, memoryMiB: steps(8192, 30720, 1024) },
  { cpuMillis: 8000, memoryMiB: steps(16384, 61440, 4096) },
  { cpuMillis: 16000, memoryMiB: steps(32768, 122880, 8192) },
];

/** ECS counts 1024 units to a core. */
export function cpuUnits(cpuMillis: number): number {
  return (cpuMillis * 1024) / 1000;
}

/** Refuses a CPU that Fargate does not offer, or a memory that it does not offer with this CPU. */
export function checkFargateSize({ path, resources }: Pick<EndpointPlan, 'path' | 'resources'>): Problem[] {
  const { cpuMillis, memoryMiB } = resources;
  if (isUnresolved(cpuMillis) || isUnresolved(memoryMiB)) return [];
  const size = fargateSizes.find((candidate) => candidate.cpuMillis === cpuMillis);
  if (size?.memoryMiB.includes(memoryMiB)) return [];
  const common = { code: 'AWS_FARGATE_SIZE', got: show({ cpuMillis, memoryMiB }) } as const;
  if (size === undefined) {
    return [
      {
        ...common,
        at: `${path}: resources.cpuMillis`,
        what: 'Fargate does not offer this amount of CPU',
        allowed: `cpuMillis ${fargateSizes.map((s) => s.cpuMillis).join(', ')}`,
        remedy: `Use cpuMillis ${nearestCpu(cpuMillis)}.`,
      },
    ];
  }
  return [
    {
      ...common,
      at: `${path}: resources.memoryMiB`,
      what: `Fargate does not offer this memory with cpuMillis ${cpuMillis}`,
      allowed: `memoryMiB ${describe(size.memoryMiB)}`,
      remedy: remedy(size, memoryMiB),
    },
  ];
}

function remedy(size: Size, memoryMiB: number): string {
  const enough = size.memoryMiB.find((memory) => memory >= memoryMiB);
  if (enough !== undefined) return `Use memoryMiB ${enough}.`;
  const larger = fargateSizes.find((s) => s.memoryMiB.some((memory) => memory >= memoryMiB));
  if (larger === undefined) return `Use memoryMiB ${size.memoryMiB.at(-1)}: no Fargate task has as much.`;
  return `Use memoryMiB ${size.memoryMiB.at(-1)}, or cpuMillis ${larger.cpuMillis} with memoryMiB ${larger.memoryMiB.find((memory) => memory >= memoryMiB)}.`;
}

function nearestCpu(cpuMillis: number): number {
  return (fargateSizes.find((size) => size.cpuMillis >= cpuMillis) ?? fargateSizes.at(-1)!).cpuMillis;
}

function describe(values: readonly number[]): string {
  const step = values[1]! - values[0]!;
  const even = values.every((value, i) => value === values[0]! + i * step);
  return even && values.length > 4
    ? `${values[0]} to ${values.at(-1)} in steps of ${step}`
    : values.join(', ');
}

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
}
