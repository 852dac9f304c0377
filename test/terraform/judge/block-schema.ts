/** A type as terraform writes it in JSON: `"string"`, `["list", "string"]`, `["object", {...}]`. */
export type CtyType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', CtyType]
  | readonly ['object', { readonly [name: string]: CtyType }];

export interface AttributeSchema {
  readonly name: string;
  readonly type: CtyType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  /** Values its documentation allows, when it lists them. */
  readonly allowed?: readonly string[];
}

/** Numbers of the protocol's NestingMode. */
export enum Nesting {
  Single = 1,
  List = 2,
  Set = 3,
}

export interface NestedBlockSchema {
  readonly name: string;
  readonly nesting: Nesting;
  readonly minItems: number;
  /** 0 is no limit. */
  readonly maxItems: number;
  readonly block: BlockSchema;
}

export interface BlockSchema {
  readonly attributes: readonly AttributeSchema[];
  readonly blocks: readonly NestedBlockSchema[];
}

/** The schemas one provider serves. */
export interface ProviderSchema {
  readonly name: string;
  readonly version: string;
  readonly provider: BlockSchema;
  readonly resources: ReadonlyMap<string, BlockSchema>;
  readonly dataSources: ReadonlyMap<string, BlockSchema>;
}

/** How many attributes a block has at any depth, how many of unknown type, and how many blocks. */
export function countBlock(block: BlockSchema): { attributes: number; untyped: number; blocks: number } {
  const total = {
    attributes: block.attributes.length,
    untyped: block.attributes.filter(({ type }) => JSON.stringify(type).includes('"dynamic"')).length,
    blocks: block.blocks.length,
  };
  for (const nested of block.blocks) {
    const inner = countBlock(nested.block);
    total.attributes += inner.attributes;
    total.untyped += inner.untyped;
    total.blocks += inner.blocks;
  }
  return total;
}
