import type {
  FeatureKey,
  FeatureLookup,
  FieldSpec,
  InputSpec,
  Manifest,
  RowRuleSpec,
} from '../../../contract';
import { hasNamedValues } from '../../../model';
import { fieldSchema } from './field-schema';
import { compact, type Schema } from './schema';
import { columnSchema, elementSchema, isOptional, nestedSchema } from './value-schema';

/** A row of named values, as `predict` takes it: with the keys of features that are joined, in place of these. */
export function rowSchema(
  { signature, preprocessing }: Manifest,
  lookups: readonly FeatureLookup[] = [],
): Schema {
  const own = preprocessing ? preprocessing.fields.map(rawField) : signature.inputs.flatMap(fieldsOf);
  const fields = joinedFields(own, lookups);
  return compact({
    type: 'object',
    description: ruleText(preprocessing?.rules),
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
    required: fields.filter(({ optional }) => !optional).map(({ name }) => name),
    additionalProperties: false,
  });
}

/** What no schema of a single value can tell. */
function ruleText(rules: readonly RowRuleSpec[] = []): string | undefined {
  if (rules.length === 0) return undefined;
  const texts = rules.map(({ name, check, description }) => description ?? `${name} (${check})`);
  return `Rules between the fields: ${texts.join('; ')}.`;
}

/** Whether a request may have several rows. */
export function isBatched({ signature }: Manifest): boolean {
  return signature.inputs.every(({ shape }) => typeof shape[0] === 'string');
}

interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly optional: boolean;
}

function joinedFields(own: readonly Field[], lookups: readonly FeatureLookup[]): readonly Field[] {
  const joined = new Map(
    lookups.flatMap((lookup) => lookup.features.map(({ field }) => [field, lookup] as const)),
  );
  const keys = new Map(
    lookups.flatMap((lookup) => lookup.keys.map((key) => [key.field, keyField(lookup, key)])),
  );
  const sent = own.flatMap((field): Field[] => {
    const onGiven = joined.get(field.name)?.onGiven;
    if (onGiven === 'reject' || keys.has(field.name)) return [];
    return [onGiven === 'keep' ? { ...field, optional: true } : field];
  });
  return [...keys.values(), ...sent];
}

function keyField({ name, features }: FeatureLookup, { field, type }: FeatureKey): Field {
  const fields = features.map((feature) => feature.field).join(', ');
  const least = type === 'string' ? { minLength: 1 } : {};
  const schema = { type, ...least, description: `Key of ${fields}, which the feature store ${name} has.` };
  return { name: field, schema, optional: false };
}

function rawField(field: FieldSpec): Field {
  return { name: field.name, schema: fieldSchema(field), optional: !field.required };
}

function fieldsOf(input: InputSpec): Field[] {
  const { name, dtype, shape, range, columns } = input;
  if (hasNamedValues(input)) {
    return columns!.map((column) => ({
      name: column.name,
      schema: columnSchema(column, dtype),
      optional: isOptional(column, dtype),
    }));
  }
  const rowShape = typeof shape[0] === 'string' ? shape.slice(1) : shape;
  return [{ name, schema: nestedSchema(rowShape, elementSchema(dtype, range, false)), optional: false }];
}
