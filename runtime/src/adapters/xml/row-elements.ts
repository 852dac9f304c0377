import type { ModelInstance } from '../../inference';
import { columnDtypes } from '../../protocols/contracts/column-values';
import { byName, childrenOf, isNil, isOf, toJson, type XmlElement } from './element';
import { xmlName } from './write-xml';

/** Where the values of a row stand: by a name in the row; null: each by its own name. */
export type FieldPaths = Readonly<Record<string, string>> | null;

/** Reads elements as rows. */
export class RowElements {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly fields: FieldPaths,
    private readonly namespace: string | null,
    instance: ModelInstance,
  ) {
    // `mean radius` is written mean_radius: XML has no spaces in names.
    for (const name of columnDtypes(instance).keys()) this.names.set(xmlName(name), name);
  }

  row(element: XmlElement): Record<string, unknown> {
    if (this.fields !== null) return this.byPath(element, this.fields);
    const values = new Map<string, unknown>();
    for (const [name, value] of element.attributes) values.set(this.names.get(name) ?? name, value);
    for (const [name, group] of byName(element.children)) {
      const list = group.filter((child) => isOf(child, this.namespace)).map(toJson);
      if (list.length > 0) values.set(this.names.get(name) ?? name, list.length === 1 ? list[0] : list);
    }
    return Object.fromEntries(values);
  }

  private byPath(element: XmlElement, fields: Readonly<Record<string, string>>): Record<string, unknown> {
    const entries = Object.entries(fields).map(
      ([name, path]) => [name, this.at(element, path.split('/'))] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  private at(element: XmlElement, [step, ...rest]: readonly string[]): unknown {
    if (step === undefined) return isNil(element) ? null : toJson(element);
    if (step.startsWith('@')) return element.attributes.get(step.slice(1));
    const found = childrenOf(element, step, this.namespace).map((child) => this.at(child, rest));
    return found.length > 1 ? found : found[0];
  }
}

/** Elements at a path from the root: `Batch/Record`. */
export function elementsAt(root: XmlElement, path: string, namespace: string | null): XmlElement[] {
  const [first, ...steps] = path.split('/');
  const start = root.name === first && isOf(root, namespace) ? [root] : [];
  return steps.reduce(
    (found, step) => found.flatMap((element) => childrenOf(element, step, namespace)),
    start,
  );
}

/** Where rows stand, for messages. */
export function placesOf(elements: readonly XmlElement[]): string[] {
  return elements.map(({ name, line }, index) => `${name} ${index + 1} (line ${line})`);
}
