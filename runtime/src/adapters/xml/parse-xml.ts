import type { X2jOptions, XMLParser } from 'fast-xml-parser';
import { syntaxError } from '../parsed-body';
import type { XmlElement } from './element';
import { decodeReferences } from './references';

/** Elements inside of elements. */
const MAX_DEPTH = 64;
/** Tags of a document: each becomes an object, some hundred times the size of `<a/>`. */
const MAX_TAGS = 500_000;
const TEXT = '#text';
const CDATA = '#cdata';
const ATTRIBUTES = ':@';

const OPTIONS: X2jOptions = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // References are read here, and there are no others than those of XML itself.
  processEntities: false,
  cdataPropName: CDATA,
  maxNestedTags: MAX_DEPTH,
  captureMetaData: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
};

/** What the parser gives for an element, a text or a CDATA section: one key is its name. */
type Node = Readonly<Record<string, unknown>>;

interface Library {
  readonly parser: XMLParser;
  readonly library: typeof import('fast-xml-parser');
}

let loaded: Library | undefined;

function load(): Library {
  // Loaded by those who read XML alone.
  const library = require('fast-xml-parser') as typeof import('fast-xml-parser');
  loaded ??= { library, parser: new library.XMLParser(OPTIONS) };
  return loaded;
}

/**
 * Reads a document. Document types are refused, and with them every entity that could grow or reach for files; depth and
 * number of elements are bounded.
 *
 * @throws RequestError REQUEST_SYNTAX
 */
export function parseXml(text: string): XmlElement {
  if (text.includes('<!DOCTYPE'))
    throw syntaxError('The XML has a document type (<!DOCTYPE); none is taken.');
  if (countTags(text) > MAX_TAGS) throw syntaxError(`The XML has more than ${MAX_TAGS} tags.`);
  const { library, parser } = load();
  const valid = library.XMLValidator.validate(text);
  if (valid !== true)
    throw syntaxError(`line ${valid.err.line}: the XML is not well-formed: ${valid.err.msg}`);
  const nodes = parse(parser, text).filter((node) => nameOf(node) !== TEXT);
  const [root, ...others] = nodes;
  if (root === undefined || others.length > 0) throw syntaxError('The XML must have one root element.');
  const reader = new ElementReader(text, library.XMLParser.getMetaDataSymbol() as unknown as string);
  return reader.element(root, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]));
}

function parse(parser: XMLParser, text: string): Node[] {
  try {
    return parser.parse(text) as Node[];
  } catch (error) {
    throw syntaxError(`The XML cannot be read: ${(error as Error).message}`);
  }
}

function countTags(text: string): number {
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0 && count <= MAX_TAGS; at = text.indexOf('<', at + 1)) {
    if (text[at + 1] !== '/') count++;
  }
  return count;
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ATTRIBUTES)!;
}

/** Makes elements of nodes; asks for lines in the order of the text. */
class ElementReader {
  private line = 1;
  private seen = 0;

  constructor(
    private readonly text: string,
    private readonly metadata: string,
  ) {}

  element(node: Node, outer: ReadonlyMap<string, string>): XmlElement {
    const qualified = nameOf(node);
    const line = this.lineOf((node[this.metadata] as { startIndex?: number } | undefined)?.startIndex ?? 0);
    const given = Object.entries((node[ATTRIBUTES] ?? {}) as Record<string, string>);
    const prefixes = declared(given, outer);
    const [prefix, name] = split(qualified);
    const namespace = prefixes.get(prefix);
    if (namespace === undefined && prefix !== '') {
      throw syntaxError(`line ${line}: the prefix ${prefix} stands for no namespace.`);
    }
    const inner = node[qualified] as Node[];
    const children = inner.filter((child) => child[TEXT] === undefined && child[CDATA] === undefined);
    return {
      ...{ name, namespace: namespace ?? '', line },
      attributes: attributesOf(given),
      children: children.map((child) => this.element(child, prefixes)),
      text: inner.map(textOf).join(''),
    };
  }

  private lineOf(index: number): number {
    for (
      let at = this.text.indexOf('\n', this.seen);
      at >= 0 && at < index;
      at = this.text.indexOf('\n', at + 1)
    ) {
      this.line++;
      this.seen = at + 1;
    }
    return this.line;
  }
}

function textOf(node: Node): string {
  if (typeof node[TEXT] === 'string') return decodeReferences(node[TEXT]);
  const sections = (node[CDATA] ?? []) as Node[];
  return sections.map((section) => String(section[TEXT] ?? '')).join('');
}

function declared(
  attributes: readonly (readonly [string, string])[],
  outer: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const own = attributes.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (own.length === 0) return outer;
  return new Map([
    ...outer,
    ...own.map(([name, value]) => [name.slice('xmlns:'.length), decodeReferences(value)] as const),
  ]);
}

function attributesOf(given: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [qualified, value] of given) {
    const [prefix, name] = split(qualified);
    if (prefix === 'xmlns' || qualified === 'xmlns') continue;
    if (prefix === '' || !attributes.has(name)) attributes.set(name, decodeReferences(value));
  }
  return attributes;
}

function split(qualified: string): [prefix: string, name: string] {
  const colon = qualified.indexOf(':');
  return colon < 0 ? ['', qualified] : [qualified.slice(0, colon), qualified.slice(colon + 1)];
}
