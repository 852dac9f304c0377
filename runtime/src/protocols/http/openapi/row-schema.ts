import type { FieldSpec, InputSpec, Manifest, RowRuleSpec } from '../../../contract';
import { fieldSchema } from './field-schema';
import { compact, type Schema } from './schema';
import { columnSchema, elementSchema, isOptional, nestedSchema } from './value-schema';

/** A row of named values, as `predict` takes it. */
export function rowSchema({ signature, preprocessing }: Manifest): Schema {
  const fields = preprocessing ? preprocessing.fields.map(rawField) : signature.inputs.flatMap(fieldsOf);
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

/** Whether the values of an input are given one by one, by the names of its columns. */
export function hasNamedValues({ columns, shape }: InputSpec): boolean {
  const outer = shape.slice(typeof shape[0] === 'string' ? 1 : 0, -1);
  return columns !== undefined && outer.every((size) => size === 1);
}

interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly optional: boolean;
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
