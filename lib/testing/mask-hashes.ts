/**
 * Replaces content hashes in a synthesized template, so that a snapshot changes when the infrastructure does and not
 * whenever a model or the runtime is rebuilt.
 *
 * Covers sha256 digests in full (64 hexadecimal digits, asset keys included). Equal hashes keep an equal number, so
 * a template that refers to two different models still shows it.
 *
 * @param template an object (a CloudFormation template, a list of Kubernetes objects) or its text.
 * @returns a copy of the same form.
 */
export function maskHashes<T>(template: T): T {
  const numbers = new Map<string, number>();
  const mask = (text: string): string =>
    text.replace(/[0-9a-f]{64}/g, (hash) => {
      if (!numbers.has(hash)) numbers.set(hash, numbers.size + 1);
      return `<sha256-${numbers.get(hash)}>`;
    });
  return walk(template, mask) as T;
}

function walk(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [mask(key), walk(child, mask)]));
}
