/** A field that a query asks for, under the name it is answered by. */
interface Field {
  readonly as: string;
  readonly name: string;
  readonly selection: readonly Part[];
}

type Part = Field | { readonly fragment: string };

const TOKEN = /[A-Za-z_]\w*|\.\.\.|[{}():@$!=[\],]|"[^"]*"|\d+/g;

/**
 * Takes from a value what a GraphQL query selects: fields, aliases and fragments. A field that the value has not is
 * refused, as a server refuses what its schema has not. Arguments are the caller's business, directives are let through.
 */
export function selected(query: string, root: object): unknown {
  const { operation, fragments } = parse(query.match(TOKEN) ?? []);
  return select(root, operation, fragments);
}

function select(
  value: unknown,
  parts: readonly Part[],
  fragments: ReadonlyMap<string, readonly Part[]>,
): unknown {
  if (Array.isArray(value)) return value.map((item) => select(item, parts, fragments));
  if (typeof value !== 'object' || value === null || parts.length === 0) return value;
  const source = value as Record<string, unknown>;
  const picked: Record<string, unknown> = {};
  for (const part of parts) {
    if ('fragment' in part) Object.assign(picked, select(value, fragments.get(part.fragment)!, fragments));
    else if (!(part.name in source)) throw new Error(`Cannot query field "${part.name}"`);
    else picked[part.as] = select(source[part.name], part.selection, fragments);
  }
  return picked;
}

function parse(tokens: readonly string[]) {
  const fragments = new Map<string, readonly Part[]>();
  let operation: readonly Part[] = [];
  let at = 0;
  const skipBrackets = () => {
    for (let depth = 0; depth > 0 || tokens[at] === '('; at++) {
      if (tokens[at] === '(') depth++;
      if (tokens[at] === ')') depth--;
    }
  };
  const skipDirectives = () => {
    while (tokens[at] === '@') {
      at += 2;
      skipBrackets();
    }
  };
  const field = (): Part => {
    if (tokens[at] === '...') {
      at += 2;
      return { fragment: tokens[at - 1]! };
    }
    const as = tokens[at++]!;
    if (tokens[at] === ':') at++;
    const name = tokens[at - 1] === ':' ? tokens[at++]! : as;
    skipBrackets();
    skipDirectives();
    return { as, name, selection: tokens[at] === '{' ? selection() : [] };
  };
  const selection = (): Part[] => {
    const parts: Part[] = [];
    for (at++; tokens[at] !== '}'; ) parts.push(field());
    at++;
    return parts;
  };
  while (at < tokens.length) {
    const [kind, name] = [tokens[at], tokens[at + 1]!];
    while (tokens[at] !== '{') {
      if (tokens[at] === '(') skipBrackets();
      else at++;
    }
    if (kind === 'fragment') fragments.set(name, selection());
    else operation = selection();
  }
  return { operation, fragments };
}
