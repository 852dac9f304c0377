import { type Problem, show } from '@inferstack/runtime/contract';
import type { Architecture, EndpointPlan, ResourcesPlan } from '../../core';

/** What SageMaker calls an instance, and what it has. */
export interface InstanceType {
  /** `ml.c5.large` */
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly architecture: Architecture;
}

const CPUS: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '9xlarge': 36,
  '12xlarge': 48,
  '16xlarge': 64,
  '18xlarge': 72,
  '24xlarge': 96,
  '32xlarge': 128,
  '48xlarge': 192,
};

/** Memory of a core by the first letter of the family: compute, general, memory. */
const GIB_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

const UP_TO_4 = 'large xlarge 2xlarge 4xlarge';
const INTEL_6 = `${UP_TO_4} 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge`;
const INTEL_7 = `${UP_TO_4} 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge`;
const ARM = `${UP_TO_4} 8xlarge 12xlarge 16xlarge`;
const ARM_8 = `medium ${INTEL_7}`;

/**
 * Sizes by family, for processors alone, with EBS volumes and without CPU credits. Sources: the values of InstanceType in
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html, what each has in
 * https://aws.amazon.com/ec2/instance-types/
 */
const FAMILIES: readonly (readonly [Architecture, families: string, sizes: string])[] = [
  ['x86_64', 'c5', `${UP_TO_4} 9xlarge 18xlarge`],
  ['x86_64', 'm5 r5', `${UP_TO_4} 12xlarge 24xlarge`],
  ['x86_64', 'c6i m6i r6i', INTEL_6],
  ['x86_64', 'c7i m7i r7i', INTEL_7],
  ['arm64', 'c6g m6g r6g c7g', ARM],
  ['arm64', 'c8g m8g r8g', ARM_8],
];

/** The oldest generation of each processor that is listed: the one most regions have. */
const CHOSEN = /^ml\.([cmr]5|[cmr]6g)\./;

export const instanceTypes: readonly InstanceType[] = FAMILIES.flatMap(([architecture, families, sizes]) =>
  families
    .split(' ')
    .flatMap((family) => sizes.split(' ').map((size) => instanceType(family, size, architecture))),
);

function instanceType(family: string, size: string, architecture: Architecture): InstanceType {
  const cpus = CPUS[size]!;
  const memoryMiB = cpus * GIB_PER_CPU[family[0]!]! * 1024;
  return { name: `ml.${family}.${size}`, cpus, memoryMiB, architecture };
}

/** The named type, or the smallest that has what a replica asks for; undefined when there is none. */
export function instanceFor({ resources }: EndpointPlan, name?: string): InstanceType | undefined {
  const candidates = instanceTypes.filter((type) =>
    name === undefined ? CHOSEN.test(type.name) : type.name === name,
  );
  return candidates
    .filter((type) => fits(type, resources))
    .sort((a, b) => a.cpus - b.cpus || a.memoryMiB - b.memoryMiB)[0];
}

function fits(type: InstanceType, { cpuMillis, memoryMiB, architecture }: ResourcesPlan): boolean {
  return type.architecture === architecture && type.cpus * 1000 >= cpuMillis && type.memoryMiB >= memoryMiB;
}

/** Refuses what no instance has, a type that is not in the table, and one that has less than is asked for. */
export function checkInstance(plan: EndpointPlan, name?: string): Problem[] {
  if (instanceFor(plan, name) !== undefined) return [];
  const { cpuMillis, memoryMiB, architecture } = plan.resources;
  const asked = show({ cpuMillis, memoryMiB, architecture });
  const ofArchitecture = instanceTypes.filter((type) => type.architecture === architecture);
  const problem = (at: string, rest: Omit<Problem, 'code' | 'at'>): Problem[] => [
    { code: 'AWS_SAGEMAKER_INSTANCE', at: `${plan.path}: ${at}`, ...rest },
  ];
  if (name === undefined) {
    const offered = ofArchitecture.filter((type) => CHOSEN.test(type.name));
    const largest = Math.max(...offered.map(({ cpus }) => cpus)) * 1000;
    const most = Math.max(...offered.map((type) => type.memoryMiB));
    const byName = ofArchitecture.find((type) => fits(type, plan.resources));
    return problem('resources', {
      what: 'no instance that would be chosen has as much',
      got: asked,
      allowed: `cpuMillis to ${largest} and memoryMiB to ${most}, of one instance`,
      remedy: byName === undefined ? 'Ask for less.' : `Name a type: target.instanceType: '${byName.name}'.`,
    });
  }
  const named = instanceTypes.find((type) => type.name === name);
  return problem('target.instanceType', {
    what:
      named === undefined
        ? 'the type is not one the runtime is known to fit'
        : 'the type lacks what is asked for',
    got: named === undefined ? show(name) : `${name} for ${asked}`,
    allowed:
      named === undefined
        ? ofArchitecture.map((type) => type.name).join(', ')
        : `cpuMillis to ${named.cpus * 1000}, memoryMiB to ${named.memoryMiB}, ${named.architecture}`,
    remedy: 'Use another type, or correct resources.',
  });
}
