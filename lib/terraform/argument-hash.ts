import { createHash } from 'node:crypto';
import { DefaultTokenResolver, Lazy, StringConcat, type TerraformResource, Tokenization } from 'cdktf';

/**
 * Digits that change whenever a block of a resource does, overrides included: a text that is known when the stack is
 * written, and may stand in the block itself.
 *
 * @param resource asked for when the stack is written
 * @param block as Terraform names it
 * @param left out argument of the block, the one that holds the digits
 * @param digits how many, of the 64 there are
 */
export function argumentHash(
  resource: () => TerraformResource,
  block: string,
  left: string,
  digits = 8,
): string {
  return Lazy.stringValue({
    produce: () => {
      const scope = resource();
      const { resource: written } = scope.toTerraform() as Written;
      const found = written[scope.terraformResourceType]?.[scope.friendlyUniqueId]?.[block];
      const { [left]: _, ...others } = found ?? {};
      const resolver = new DefaultTokenResolver(new StringConcat());
      const resolved: unknown = Tokenization.resolve(others, { scope, resolver, preparing: false });
      return createHash('sha256')
        .update(JSON.stringify(sorted(resolved)))
        .digest('hex')
        .slice(0, digits);
    },
  });
}

interface Written {
  readonly resource: Record<string, Record<string, Record<string, Record<string, unknown>>>>;
}

/** With the keys in order: that in which options were given changes nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
