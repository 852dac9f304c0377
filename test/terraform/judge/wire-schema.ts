import type { BlockSchema, ProviderSchema } from './block-schema';

/** A provider's schemas as the protocol carries them. */
export function wireSchemas(schema: ProviderSchema): object {
  return {
    provider: wireSchema(schema.provider),
    resource_schemas: wireMap(schema.resources),
    data_source_schemas: wireMap(schema.dataSources),
  };
}

function wireMap(blocks: ReadonlyMap<string, BlockSchema>): object {
  return Object.fromEntries(Array.from(blocks, ([type, block]) => [type, wireSchema(block)]));
}

function wireSchema(block: BlockSchema): object {
  return { version: 0, block: wireBlock(block) };
}

function wireBlock(block: BlockSchema): object {
  return {
    attributes: block.attributes.map(({ name, type, required, optional, computed }) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      required,
      optional,
      computed,
    })),
    block_types: block.blocks.map((nested) => ({
      type_name: nested.name,
      nesting: nested.nesting,
      min_items: nested.minItems,
      max_items: nested.maxItems,
      block: wireBlock(nested.block),
    })),
  };
}
