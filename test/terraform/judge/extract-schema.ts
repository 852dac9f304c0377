import type { BindingSource, Member, Property, Rendered } from './binding-source';
import {
  type AttributeSchema,
  type BlockSchema,
  type CtyType,
  type NestedBlockSchema,
  Nesting,
} from './block-schema';

const STORAGE: Readonly<Record<string, CtyType>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  stringList: ['list', 'string'],
  numberList: ['list', 'number'],
  booleanList: ['list', 'bool'],
  stringMap: ['map', 'string'],
  numberMap: ['map', 'number'],
  booleanMap: ['map', 'bool'],
  stringListList: ['list', ['list', 'string']],
  stringMapList: ['list', ['map', 'string']],
};

const GETTERS: Readonly<Record<string, CtyType>> = {
  getStringAttribute: 'string',
  getNumberAttribute: 'number',
  getBooleanAttribute: 'bool',
  getListAttribute: ['list', 'string'],
  getNumberListAttribute: ['list', 'number'],
  getStringMapAttribute: ['map', 'string'],
};

/** Arguments of a binding that are of terraform, not of the provider. */
const META = new Set(['alias']);

/** The schema of the resource, data source or provider that a binding was generated from. */
export function extractSchema(source: BindingSource): BlockSchema {
  const { root } = source;
  const configuration = source.properties(`${root}Config`);
  return block(source, source.members(root), source.rendered(), configuration);
}

function block(
  source: BindingSource,
  members: readonly Member[],
  rendered: ReadonlyMap<string, Rendered>,
  properties: ReadonlyMap<string, Property>,
): BlockSchema {
  const attributes: AttributeSchema[] = [];
  const blocks: NestedBlockSchema[] = [];
  for (const member of members.filter(({ name }) => !META.has(name))) {
    const render = rendered.get(member.name);
    // A nested block cannot be computed: the SDK turns those into attributes.
    if (render?.isBlock && !member.computed)
      blocks.push(nested(source, member, render, properties.get(member.name)));
    else attributes.push(attribute(source, member, render, properties.get(member.name)));
  }
  return { attributes, blocks };
}

function nested(
  source: BindingSource,
  member: Member,
  render: Rendered,
  property: Property | undefined,
): NestedBlockSchema {
  const structure = render.structure!;
  const single = render.kind === 'struct';
  const once = property !== undefined && !property.repeated;
  return {
    name: member.name,
    nesting: single ? Nesting.Single : render.kind === 'set' ? Nesting.Set : Nesting.List,
    minItems: member.required && !single ? 1 : 0,
    maxItems: once && !single ? 1 : 0,
    block: structureBlock(source, structure),
  };
}

function structureBlock(source: BindingSource, structure: string): BlockSchema {
  const className = `${structure.charAt(0).toUpperCase()}${structure.slice(1)}OutputReference`;
  const rendered = source.rendered(structure);
  const properties = source.properties(structure);
  const members = source.has(className)
    ? source.members(className)
    : Array.from(rendered.values(), (render) => configuredMember(render, properties.get(render.name)));
  return block(source, members, rendered, properties);
}

/** The blocks of a provider have no class: nothing of them can be read, so nothing is computed. */
function configuredMember({ name }: Rendered, property: Property | undefined): Member {
  const optional = property?.optional ?? true;
  return { name, computed: false, optional, required: !optional, code: '' };
}

function attribute(
  source: BindingSource,
  member: Member,
  render: Rendered | undefined,
  property: Property | undefined,
): AttributeSchema {
  const { name, required, optional, computed } = member;
  const type = render === undefined || render.isBlock ? readType(source, member) : writtenType(render);
  const allowed = allowedValues(property?.documentation ?? '');
  const common = { name, type, required, optional, computed };
  return allowed === undefined ? common : { ...common, allowed };
}

function writtenType({ kind, storage }: Rendered): CtyType {
  const type = STORAGE[storage] ?? 'dynamic';
  return kind === 'set' && typeof type === 'object' && type[0] === 'list' ? ['set', type[1]] : type;
}

/** The type of what is only read, from the code that reads it. */
function readType(source: BindingSource, { code }: Member): CtyType {
  const map = /new cdktf\.(\w+?)Map\(this, "/.exec(code)?.[1];
  if (map !== undefined)
    return ['map', ({ String: 'string', Number: 'number', Boolean: 'bool' } as const)[map] ?? 'dynamic'];
  const structure = /new (\w+?)(List|Map|OutputReference)\(this, "\w+"(?:, (true|false))?/.exec(code);
  if (structure !== null) return structureType(source, structure[1]!, structure[2]!, structure[3] === 'true');
  const type = GETTERS[/this\.(get\w+)\('/.exec(code)?.[1] ?? ''] ?? 'dynamic';
  return code.includes('Fn.tolist(') && typeof type === 'object' ? ['set', type[1] as CtyType] : type;
}

function structureType(source: BindingSource, name: string, kind: string, wrapsSet: boolean): CtyType {
  const className = `${name}OutputReference`;
  if (!source.has(className)) return 'dynamic';
  const members = source.members(className);
  const rendered = source.rendered(name.charAt(0).toLowerCase() + name.slice(1));
  const fields = members.map((member) => [member.name, fieldType(source, member, rendered.get(member.name))]);
  const object: CtyType = ['object', Object.fromEntries(fields) as { readonly [name: string]: CtyType }];
  if (kind === 'Map') return ['map', object];
  return [wrapsSet ? 'set' : 'list', object];
}

function fieldType(source: BindingSource, member: Member, render: Rendered | undefined): CtyType {
  return render === undefined || render.isBlock ? readType(source, member) : writtenType(render);
}

/** `Possible values: ["A", "B"]`, as the google bindings document. */
function allowedValues(documentation: string): readonly string[] | undefined {
  const list = /Possible values: \[((?:"[^"]*"(?:, )?)+)\]/.exec(documentation)?.[1];
  return list === undefined ? undefined : Array.from(list.matchAll(/"([^"]*)"/g), ([, value]) => value!);
}
