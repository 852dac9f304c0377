/** The plan with another value at a dotted path; a number in it is a place in a list. */
export function perturb<Plan>(plan: Plan, path: string, value: unknown): Plan {
  return replaced(plan, path.split('.'), value) as Plan;
}

function replaced(node: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = node as Record<string, unknown>;
  const changed = { [key]: replaced(object[key], rest, value) };
  return Array.isArray(node) ? Object.assign([...node], changed) : { ...object, ...changed };
}
