const done = new WeakMap<object, Set<string>>();

/** Runs `work` once for an object and key: endpoints of one stack share what belongs to the stack. */
export function once(owner: object, key: string, work: () => void): void {
  const keys = done.get(owner) ?? new Set();
  if (keys.has(key)) return;
  done.set(owner, keys.add(key));
  work();
}
