/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 embeds it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A part of the document. */
export type Node = Readonly<Record<string, unknown>>;

/** Where a schema of the document is found. */
export function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Without what is undefined, so that optional parts can be written in place. */
export function compact(node: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));
}

/** What is sent as JSON. */
export function jsonContent(schema: Schema, examples?: Node): Node {
  const content = examples && Object.keys(examples).length > 0 ? { schema, examples } : { schema };
  return { 'application/json': content };
}
