import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BindingSource } from './binding-source';
import type { BlockSchema, ProviderSchema } from './block-schema';
import { extractSchema } from './extract-schema';

export type ProviderName = 'azurerm' | 'google';

/** The types of resource and data source to serve. */
export interface UsedTypes {
  readonly resources: Iterable<string>;
  readonly dataSources: Iterable<string>;
}

/** An installed `@cdktf/provider-*` package, which holds what is left of its provider's schema. */
export class ProviderPackage {
  private readonly library: string;
  private readonly known = new Map<string, BlockSchema | undefined>();

  constructor(readonly name: ProviderName) {
    const manifest = require.resolve(`@cdktf/provider-${name}/package.json`);
    this.library = path.join(path.dirname(manifest), 'lib');
  }

  /** Schemas of the types in use; a type the provider does not have is left out, for terraform to refuse. */
  schema(used: UsedTypes): ProviderSchema {
    const provider = this.source('provider')!;
    const pick = (types: Iterable<string>, folder: (type: string) => string) => {
      const own = [...types].filter((type) => type.startsWith(`${this.name}_`)).sort();
      const found = own.map((type) => [type, this.block(folder(type), type)] as const);
      return new Map(found.filter((entry): entry is [string, BlockSchema] => entry[1] !== undefined));
    };
    return {
      name: this.name,
      version: this.version,
      provider: extractSchema(provider),
      resources: pick(used.resources, (type) => kebab(type.slice(this.name.length + 1))),
      dataSources: pick(used.dataSources, (type) => `data-${kebab(type)}`),
    };
  }

  /** Version of the provider that the package was generated from. */
  get version(): string {
    return this.source('provider')!.providerVersion;
  }

  /** Every folder of the package that holds a binding. */
  folders(): string[] {
    return readdirSync(this.library).filter((folder) => existsSync(this.file(folder)));
  }

  source(folder: string): BindingSource | undefined {
    const file = this.file(folder);
    return existsSync(file) ? new BindingSource(file) : undefined;
  }

  private file(folder: string): string {
    return path.join(this.library, folder, 'index.js');
  }

  private block(folder: string, type: string): BlockSchema | undefined {
    if (!this.known.has(folder)) {
      const source = this.source(folder);
      if (source !== undefined && source.terraformType !== type)
        throw new Error(`${source.file} is of ${source.terraformType}, not of ${type}`);
      this.known.set(folder, source && extractSchema(source));
    }
    return this.known.get(folder);
  }
}

function kebab(type: string): string {
  return type.replaceAll('_', '-');
}
