/** An expression of Workflows: https://cloud.google.com/workflows/docs/reference/syntax/expressions */
export type Expression =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'key'; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not' | 'minus'; readonly of: Expression }
  | { readonly kind: 'pair'; readonly sign: string; readonly left: Expression; readonly right: Expression };

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?|[A-Za-z_]\w*|==|!=|<=|>=|[-+*/%<>().,[\]])/y;
/** From the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** @throws SyntaxError */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokens(text));
  const expression = parser.pair(0);
  parser.end();
  return expression;
}

function tokens(text: string): string[] {
  const found: string[] = [];
  const rest = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(rest);
    if (match === null) throw new SyntaxError(`no token at ${at}: ${rest}`);
    found.push(match[1]!);
  }
  return found;
}

class Parser {
  private at = 0;

  constructor(private readonly found: readonly string[]) {}

  pair(level: number): Expression {
    const signs = LEVELS[level];
    if (signs === undefined) return this.single();
    let left = this.pair(level + 1);
    for (let sign = this.peek(); sign !== undefined && signs.includes(sign); sign = this.peek()) {
      this.at += 1;
      left = { kind: 'pair', sign, left, right: this.pair(level + 1) };
    }
    return left;
  }

  end(): void {
    if (this.at < this.found.length) throw new SyntaxError(`unexpected ${this.peek()}`);
  }

  private single(): Expression {
    // `not` binds looser than a comparison, tighter than `and`.
    if (this.take('not')) return { kind: 'not', of: this.pair(2) };
    if (this.take('-')) return { kind: 'minus', of: this.single() };
    return this.keys(this.primary());
  }

  private keys(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (this.take('.')) of = { kind: 'key', of, key: { kind: 'value', value: this.next() } };
      else if (this.take('[')) {
        of = { kind: 'key', of, key: this.pair(0) };
        this.demand(']');
      } else return of;
    }
  }

  private primary(): Expression {
    const token = this.next();
    if (token === '(') {
      const inner = this.pair(0);
      this.demand(')');
      return inner;
    }
    if (token === '[') return { kind: 'list', items: this.items(']') };
    if (token.startsWith('"')) return { kind: 'value', value: JSON.parse(token) as string };
    if (/^\d/.test(token)) return { kind: 'value', value: Number(token) };
    if (token in WORDS) return { kind: 'value', value: WORDS[token]! };
    if (!/^[A-Za-z_]/.test(token)) throw new SyntaxError(`unexpected ${token}`);
    return this.named(token);
  }

  /** A variable, or a function whose name may have a dot. */
  private named(first: string): Expression {
    const dotted = this.peek() === '.' && this.peek(2) === '(';
    const name = dotted ? `${first}.${this.found[this.at + 1]}` : first;
    if (dotted) this.at += 2;
    return this.take('(') ? { kind: 'call', callee: name, args: this.items(')') } : { kind: 'name', name };
  }

  private items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.take(end)) {
      if (items.length > 0) this.demand(',');
      items.push(this.pair(0));
    }
    return items;
  }

  private peek(ahead = 0): string | undefined {
    return this.found[this.at + ahead];
  }

  private next(): string {
    const token = this.peek();
    if (token === undefined) throw new SyntaxError('unexpected end');
    this.at += 1;
    return token;
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at += 1;
    return true;
  }

  private demand(token: string): void {
    if (!this.take(token)) throw new SyntaxError(`expected ${token}, found ${this.peek() ?? 'the end'}`);
  }
}
