import {
  type AttributeSchema,
  type BlockSchema,
  type CtyType,
  type NestedBlockSchema,
  Nesting,
} from './block-schema';

/** A block as `terraform providers schema -json` prints it. */
export interface TerraformBlock {
  readonly attributes?: Readonly<
    Record<
      string,
      {
        readonly type: CtyType;
        readonly required?: boolean;
        readonly optional?: boolean;
        readonly computed?: boolean;
      }
    >
  >;
  readonly block_types?: Readonly<
    Record<
      string,
      {
        readonly nesting_mode: 'single' | 'list' | 'set';
        readonly block: TerraformBlock;
        readonly min_items?: number;
        readonly max_items?: number;
      }
    >
  >;
}

export interface TerraformSchemas {
  readonly provider_schemas: Readonly<
    Record<
      string,
      {
        readonly provider: { readonly block: TerraformBlock };
        readonly resource_schemas?: Readonly<Record<string, { readonly block: TerraformBlock }>>;
        readonly data_source_schemas?: Readonly<Record<string, { readonly block: TerraformBlock }>>;
      }
    >
  >;
}

const NESTING = { single: Nesting.Single, list: Nesting.List, set: Nesting.Set } as const;

export function fromTerraform(block: TerraformBlock): BlockSchema {
  const attributes = Object.entries(block.attributes ?? {}).map(([name, attribute]): AttributeSchema => {
    const { type, required = false, optional = false, computed = false } = attribute;
    return { name, type, required, optional, computed };
  });
  const blocks = Object.entries(block.block_types ?? {}).map(([name, nested]): NestedBlockSchema => {
    const { nesting_mode: mode, min_items: minItems = 0, max_items: maxItems = 0 } = nested;
    return { name, nesting: NESTING[mode], minItems, maxItems, block: fromTerraform(nested.block) };
  });
  return { attributes, blocks };
}

/** How two schemas differ, argument by argument: empty when they are the same. */
export function schemaDifferences(real: BlockSchema, rebuilt: BlockSchema, at = ''): string[] {
  const theirs = flatten(real, at);
  const ours = flatten(rebuilt, at);
  const places = [...new Set([...theirs.keys(), ...ours.keys()])].sort();
  return places
    .filter((place) => theirs.get(place) !== ours.get(place))
    .map(
      (place) => `${place}: is ${theirs.get(place) ?? 'absent'}, rebuilt as ${ours.get(place) ?? 'absent'}`,
    );
}

function flatten(block: BlockSchema, at: string): Map<string, string> {
  const attributes = block.attributes.map(
    ({ name, type, required, optional, computed }): [string, string] => {
      const flags = Object.entries({ required, optional, computed }).filter(([, set]) => set);
      return [`${at}${name}`, `${flags.map(([flag]) => flag).join('+')} ${sorted(type)}`];
    },
  );
  const blocks = block.blocks.flatMap((nested): [string, string][] => {
    const own = `${Nesting[nested.nesting]} block, ${nested.minItems}..${nested.maxItems}`;
    return [[`${at}${nested.name}`, own], ...flatten(nested.block, `${at}${nested.name}.`)];
  });
  return new Map([...attributes, ...blocks]);
}

function sorted(type: CtyType): string {
  if (typeof type === 'string') return type;
  if (type[0] !== 'object') return `${type[0]}(${sorted(type[1])})`;
  const fields = Object.entries(type[1]).map(([name, field]) => `${name}=${sorted(field)}`);
  return `object(${fields.sort().join(',')})`;
}
