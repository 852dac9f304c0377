import type { EndpointPlan } from 'inferstack';

/** Leaves of a plan that say what to build; the model package stands for itself by name, version and digest. */
export function planLeaves(plan: EndpointPlan): string[] {
  const { model: _, ...rest } = plan;
  return [
    'model.digest',
    'model.bytes',
    'model.manifest.name',
    'model.manifest.version',
    ...leaves(rest as unknown as Record<string, unknown>, ''),
  ];
}

/** The plan with another value at a path. */
export function perturb(plan: EndpointPlan, path: string, value: unknown): EndpointPlan {
  return replaced(plan, path.split('.'), value) as EndpointPlan;
}

function leaves(value: Record<string, unknown>, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' && child !== null
      ? leaves(child as Record<string, unknown>, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

function replaced(node: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = node as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, value) };
}
