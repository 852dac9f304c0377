/**
 * JSON without the environment variable that holds the runtime's configuration, however the platform spells its lists
 * of variables: what is left is what the platform itself does.
 */
export function withoutConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isConfig(item)).map(withoutConfig);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutConfig(child)]));
}

function isConfig(item: unknown): boolean {
  const { name, Name } = (item ?? {}) as { name?: string; Name?: string };
  return (name ?? Name) === 'INFERSTACK_CONFIG';
}
