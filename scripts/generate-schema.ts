/** Writes the JSON Schemas from the zod schemas in the code. `npm run schema`; a test fails when they are stale. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { batchConfigSchema, manifestSchema, runtimeConfigSchema } from '@inferstack/runtime/contract';
import { z } from 'zod';

type ToSchemaOptions = NonNullable<Parameters<typeof z.toJSONSchema>[1]>;

const SCHEMAS = {
  'model.schema.json': manifestSchema,
  'runtime-config.schema.json': runtimeConfigSchema,
  'batch-config.schema.json': batchConfigSchema,
};

/** File name -> text. Draft 7, which editors and validators know best; the form a writer gives, defaults optional. */
export function schemaFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([file, schema]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        io: 'input',
        target: 'draft-7',
        override: fixLength,
      });
      const document = { $schema, $id: `inferstack.dev/v1/${file}`, ...rest };
      return [file, `${JSON.stringify(document, undefined, 2)}\n`];
    }),
  );
}

/** Draft 7 leaves the length of a tuple open; zod does not. */
function fixLength({ zodSchema, jsonSchema }: Parameters<NonNullable<ToSchemaOptions['override']>>[0]): void {
  if (zodSchema._zod.def.type !== 'tuple' || !Array.isArray(jsonSchema.items)) return;
  jsonSchema.minItems = jsonSchema.items.length;
  jsonSchema.maxItems = jsonSchema.items.length;
}

if (require.main === module) {
  const directory = path.resolve(__dirname, '..', 'schema');
  for (const [file, text] of Object.entries(schemaFiles())) writeFileSync(path.join(directory, file), text);
}
