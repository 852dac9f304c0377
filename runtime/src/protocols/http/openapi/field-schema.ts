import { DEFAULT_FORMATS, type FieldSpec, type FieldType } from '../../../contract';
import { compact, type Schema } from './schema';

const TYPES: Readonly<Record<FieldType, Schema>> = {
  number: { type: 'number' },
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  date: { type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }] },
  image: { type: 'string', contentEncoding: 'base64' },
};

/** A raw field as rows carry it. Rules that refuse nothing are told in words alone. */
export function fieldSchema(field: FieldSpec): Schema {
  const { type, required, sensitivity, unit } = field;
  const base: Schema =
    type === 'image' ? { ...TYPES.image, 'x-formats': field.formats ?? DEFAULT_FORMATS } : TYPES[type];
  return compact({
    ...base,
    type: required ? base['type'] : [base['type'], 'null'],
    ...(field.onViolation === 'reject' && rules(field)),
    description: describe(field),
    default: required ? undefined : (field.default ?? null),
    'x-unit': unit,
    'x-sensitivity': sensitivity,
  });
}

function rules({ range, categories, length, pattern, required }: FieldSpec): Schema {
  return {
    minimum: range?.[0] ?? undefined,
    maximum: range?.[1] ?? undefined,
    enum: categories && (required ? categories : [...categories, null]),
    minLength: length?.[0],
    maxLength: length?.[1],
    pattern: pattern === undefined ? undefined : `^(?:${pattern})$`,
  };
}

function describe({ description, unit, onViolation, onMissing }: FieldSpec): string | undefined {
  const parts = [
    description,
    unit === undefined ? undefined : `In ${unit}.`,
    onViolation === 'flag' ? 'Values that break the rules of the field mark the prediction.' : undefined,
    onViolation === 'impute' ? 'Values that break the rules of the field count as missing.' : undefined,
    onMissing === 'flag' ? 'A missing value marks the prediction.' : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}
