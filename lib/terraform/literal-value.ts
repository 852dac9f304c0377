import { literal } from './literal';

/** A value of any depth whose strings reach Terraform as they are; its placeholders stay alive. */
export function literalValue(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(literalValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, literalValue(child)]));
}
