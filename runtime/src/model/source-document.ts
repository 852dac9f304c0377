import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { dotted, type Problem } from '../contract';

/** Where a value stands in a text file, as a reader looks it up: `model.yaml:12 signature.inputs[0].dtype`. */
export type Locate = (path: readonly PropertyKey[]) => string;

export interface SourceDocument {
  readonly value: unknown;
  readonly locate: Locate;
}

/** More anchors than a manifest needs; bounds the expansion of nested aliases. */
const MAX_ALIASES = 100;

/** Parses YAML. Duplicate keys, unknown tags and syntax errors become problems of `code`, each with its line. */
export function parseYaml(
  file: string,
  text: string,
  code: string,
  problems: Problem[],
): SourceDocument | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  for (const error of [...document.errors, ...document.warnings]) {
    problems.push(syntaxProblem(code, `${file}:${counter.linePos(error.pos[0]).line}`, error));
  }
  if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
  try {
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    return { value, locate: (path) => `${file}:${lineOf(document, counter, path)} ${dotted(path)}` };
  } catch (error) {
    problems.push(syntaxProblem(code, file, error as Error));
    return undefined;
  }
}

/** Finds lines in JSON text, parsed a second time only once something is to be reported. */
export function locateInJson(file: string, text: string): Locate {
  let parsed: { document: Document; counter: LineCounter } | undefined;
  return (path) => {
    if (parsed === undefined) {
      const counter = new LineCounter();
      parsed = { document: parseDocument(text, { lineCounter: counter, uniqueKeys: false }), counter };
    }
    return `${file}:${lineOf(parsed.document, parsed.counter, path)} ${dotted(path)}`;
  };
}

function syntaxProblem(code: string, at: string, error: Error): Problem {
  return { code, at, what: lowerFirst(error.message), remedy: 'Correct the file at this line.' };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');

/** Line of the value at `path`, or of the nearest parent that exists. */
function lineOf(document: Document, counter: LineCounter, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    const step = child(node, key);
    if (step === undefined) break;
    offset = startOf(step.mark) ?? offset;
    node = step.value;
  }
  return counter.linePos(offset).line;
}

function child(node: unknown, key: PropertyKey): { mark: unknown; value: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)];
    return item === undefined ? undefined : { mark: item, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key: k }) => String(isScalar(k) ? k.value : k) === String(key));
  return pair === undefined ? undefined : { mark: pair.key, value: pair.value };
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
