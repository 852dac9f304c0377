/**
 * JSON without the environment variables that hold the runtime's configuration, however the platform spells its lists
 * of variables: what is left is what the platform itself does.
 */
export function withoutConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isConfig(item)).map(withoutConfig);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !CONFIG.test(key))
      .map(([key, child]) => [key, withoutConfig(child)]),
  );
}

/** In one variable, or cut into several. */
const CONFIG = /^INFERSTACK_CONFIG(_\d+)?$/;

function isConfig(item: unknown): boolean {
  const { name, Name } = (item ?? {}) as { name?: string; Name?: string };
  return CONFIG.test(name ?? Name ?? '');
}
