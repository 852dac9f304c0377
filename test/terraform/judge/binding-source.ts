import { readFileSync } from 'node:fs';

/** What a binding says of one attribute: `// name - computed: false, optional: true, required: false`. */
export interface Member {
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** The code up to the next member. */
  readonly code: string;
}

/** An attribute as it is rendered: a block or a value, and of which kind. */
export interface Rendered {
  readonly name: string;
  readonly isBlock: boolean;
  readonly kind: string;
  readonly storage: string;
  /** Name of the structure it holds. */
  readonly structure?: string;
}

export interface Property {
  readonly name: string;
  readonly optional: boolean;
  readonly repeated: boolean;
  readonly documentation: string;
}

/**
 * The TypeScript that a binding was generated as: it travels in the source map, with the comments that the compiler
 * drops and that say what is required and computed.
 */
export class BindingSource {
  private readonly text: string;
  private readonly classes: ReadonlyMap<string, string>;

  constructor(readonly file: string) {
    this.text = originalSource(file);
    const found = this.text.matchAll(/^export class (\w+) extends cdktf\.\w+ \{\n([\s\S]*?)^\}$/gm);
    this.classes = new Map(Array.from(found, ([, name, body]) => [name!, body!]));
  }

  /** The class of the resource, data source or provider. */
  get root(): string {
    const pattern = /^export class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider) \{$/m;
    return this.need(pattern, 'class of a resource');
  }

  get terraformType(): string {
    return this.need(/static readonly tfResourceType = "(\w+)"/, 'tfResourceType');
  }

  get providerVersion(): string {
    return this.need(/providerVersion: '([^']+)'/, 'providerVersion');
  }

  has(className: string): boolean {
    return this.classes.has(className);
  }

  members(className: string): Member[] {
    const pattern = /\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n/;
    const [, ...parts] = (this.classes.get(className) ?? '').split(pattern);
    const members: Member[] = [];
    for (let i = 0; i + 4 < parts.length; i += 5) {
      const [name, computed, optional, required, code] = parts.slice(i, i + 5) as [string, ...string[]];
      members.push({
        name,
        computed: computed === 'true',
        optional: optional === 'true',
        required: required === 'true',
        code: code!,
      });
    }
    return members;
  }

  /** The attributes of a structure as its function renders them; of the root when none is named. */
  rendered(structure?: string): Map<string, Rendered> {
    const body = structure === undefined ? this.rootRendering() : this.structureRendering(structure);
    const entry =
      /^ +(\w+): \{\n +value: (.+),\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w*)",/gm;
    return new Map(
      Array.from(body.matchAll(entry), ([, name, value, isBlock, kind, storage]) => {
        const structureName = /(?<!cdktf\.)\b(\w+)ToHclTerraform/.exec(value!)?.[1];
        const common = { name: name!, isBlock: isBlock === 'true', kind: kind!, storage: storage! };
        return [name!, structureName === undefined ? common : { ...common, structure: structureName }];
      }),
    );
  }

  /** The properties of a structure by terraform's name, which the link in their documentation ends in. */
  properties(structure: string): Map<string, Property> {
    const body = new RegExp(`^export interface ${structure} [^\\n]*\\{\\n([\\s\\S]*?)^\\}$`, 'mi').exec(
      this.text,
    );
    const property = /\/\*\*([\s\S]*?)\*\/\s+readonly \w+(\??): ([^;]+);/g;
    const found = Array.from((body?.[1] ?? '').matchAll(property), ([, documentation, mark, type]) => ({
      name: /#(\w+) \w+#\w+\}/.exec(documentation!)?.[1] ?? '',
      optional: mark === '?',
      repeated: type!.includes('[]'),
      documentation: documentation!,
    }));
    return new Map(found.map((item) => [item.name, item]));
  }

  private rootRendering(): string {
    return (
      /synthesizeHclAttributes\(\)[^{]*\{[^{]*\{([\s\S]*)$/.exec(this.classes.get(this.root)!)?.[1] ?? ''
    );
  }

  private structureRendering(structure: string): string {
    const pattern = new RegExp(`^export function ${structure}ToHclTerraform\\([\\s\\S]*?^\\}$`, 'm');
    return pattern.exec(this.text)?.[0] ?? '';
  }

  private need(pattern: RegExp, what: string): string {
    const found = pattern.exec(this.text)?.[1];
    if (found === undefined) throw new Error(`${this.file}: no ${what}. Is this a binding of cdktf 0.21?`);
    return found;
  }
}

function originalSource(file: string): string {
  const compiled = readFileSync(file, 'utf8');
  const mark = 'sourceMappingURL=data:application/json;base64,';
  const at = compiled.lastIndexOf(mark);
  if (at < 0)
    throw new Error(`${file}: no source map inside: the schema cannot be rebuilt from this package`);
  const map = JSON.parse(Buffer.from(compiled.slice(at + mark.length), 'base64').toString('utf8')) as {
    readonly sourcesContent?: readonly string[];
  };
  const source = map.sourcesContent?.[0];
  if (source === undefined) throw new Error(`${file}: its source map holds no source`);
  return source;
}
