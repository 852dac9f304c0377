/** An element with its name apart from its prefix. */
export interface XmlElement {
  readonly name: string;
  /** Namespace the prefix stands for; empty: none. */
  readonly namespace: string;
  /** Local names; of two with the same, the one without prefix counts. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text and CDATA directly inside. */
  readonly text: string;
  /** Line in which it begins. */
  readonly line: number;
}

/** The children of a name; with a namespace, those of it alone. */
export function childrenOf(
  { children }: XmlElement,
  name: string,
  namespace: string | null = null,
): XmlElement[] {
  return children.filter((child) => child.name === name && isOf(child, namespace));
}

export function isOf(element: XmlElement, namespace: string | null): boolean {
  return namespace === null || element.namespace === namespace;
}

/** Whether it says to have no value: `xsi:nil`. */
export function isNil({ attributes }: XmlElement): boolean {
  return /^(true|1)$/.test(attributes.get('nil') ?? '');
}

/**
 * An element as JSON: its text when there is nothing else, else an object of its attributes (`@name`), its children, lists
 * where there are several of a name, and its text (`#text`).
 */
export function toJson(element: XmlElement): unknown {
  if (isNil(element)) return null;
  const { attributes, children, text } = element;
  if (attributes.size === 0 && children.length === 0) return text;
  const entries = new Map<string, unknown>();
  for (const [name, value] of attributes) entries.set(`@${name}`, value);
  for (const [name, group] of byName(children)) {
    entries.set(name, group.length === 1 ? toJson(group[0]!) : group.map(toJson));
  }
  if (text.trim() !== '') entries.set('#text', text);
  return Object.fromEntries(entries);
}

/** Elements by name, in the order of the first of each. */
export function byName(elements: readonly XmlElement[]): ReadonlyMap<string, readonly XmlElement[]> {
  const groups = new Map<string, XmlElement[]>();
  for (const element of elements) {
    const group = groups.get(element.name);
    if (group === undefined) groups.set(element.name, [element]);
    else group.push(element);
  }
  return groups;
}
