import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';

const schema = JSON.parse(
  readFileSync(path.join(__dirname, '../schemas/compose-spec.json'), 'utf8'),
) as Record<string, unknown>;

// `duration` only informs; Compose reads it by rules of its own.
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

/** What the Compose Specification says against a file: unknown fields and wrong types. */
export function schemaErrors(document: unknown): string[] {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}
