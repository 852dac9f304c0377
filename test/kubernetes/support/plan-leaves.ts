import type { EndpointPlan } from 'inferstack';

/** Leaves of a plan that say what to build; a model package stands for itself by name, version and digest. */
export function planLeaves(plan: EndpointPlan): string[] {
  const { models: _, ...rest } = plan;
  return [
    'models.0.digest',
    'models.0.bytes',
    'models.0.manifest.name',
    'models.0.manifest.version',
    ...leaves(rest as unknown as Record<string, unknown>, ''),
  ];
}

function leaves(value: Record<string, unknown>, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' && child !== null
      ? leaves(child as Record<string, unknown>, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}
