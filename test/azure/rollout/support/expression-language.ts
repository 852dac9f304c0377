/** Values of the workflow definition language. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
type Functions = Readonly<Record<string, (...given: Value[]) => Value>>;

/** What an expression may look at besides its own functions. */
export interface Surroundings {
  readonly functions: Functions;
}

const TOKEN = /\s*('(?:[^']|'')*'|-?\d+(?:\.\d+)?|[A-Za-z]+|[()[\],?])/y;

/**
 * Evaluates expressions as Logic Apps does, for the functions that the definitions use. Strict where the service is:
 * arguments of a wrong type and values inside null fail. Both branches of `if` are evaluated.
 * Source: https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference
 */
export class Evaluator {
  private readonly functions: Functions;

  constructor({ functions }: Surroundings) {
    this.functions = { ...BUILT_IN, ...functions };
  }

  /** A property of a definition: an expression, text with expressions inside, or any value of those. */
  resolve(property: unknown): Value {
    if (typeof property === 'string') return this.text(property);
    if (Array.isArray(property)) return property.map((child) => this.resolve(child));
    if (typeof property !== 'object' || property === null) return property as Value;
    return Object.fromEntries(Object.entries(property).map(([key, child]) => [key, this.resolve(child)]));
  }

  private text(property: string): Value {
    if (property.startsWith('@@')) return property.slice(1);
    if (property.startsWith('@') && !property.startsWith('@{')) return this.evaluate(property.slice(1));
    return property.replace(/@\{([^}]*)\}/g, (_, inner: string) => String(this.evaluate(inner)));
  }

  evaluate(expression: string): Value {
    const tokens = tokenize(expression);
    const value = this.expression(tokens);
    if (tokens.length > 0) throw new Error(`the end of an expression was expected: ${tokens.join(' ')}`);
    return value;
  }

  private expression(tokens: string[]): Value {
    let value = this.primary(tokens);
    while (tokens[0] === '[' || tokens[0] === '?') {
      const safely = tokens[0] === '?';
      if (safely) tokens.shift();
      expectToken(tokens, '[');
      const key = this.expression(tokens);
      expectToken(tokens, ']');
      value = member(value, key, safely);
    }
    return value;
  }

  private primary(tokens: string[]): Value {
    const token = tokens.shift() ?? '';
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d/.test(token)) return Number(token);
    if (tokens[0] !== '(') return constant(token);
    const given = this.given(tokens);
    const called = this.functions[token];
    if (called === undefined) throw new Error(`no function ${token}`);
    return called(...given);
  }

  private given(tokens: string[]): Value[] {
    expectToken(tokens, '(');
    const values: Value[] = [];
    while (tokens[0] !== ')') {
      if (values.length > 0) expectToken(tokens, ',');
      values.push(this.expression(tokens));
    }
    tokens.shift();
    return values;
  }
}

function tokenize(expression: string): string[] {
  if (expression.length > 8192) throw new Error('an expression has 8192 characters at most');
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (match === null) throw new Error(`not an expression: ${expression.slice(at, at + 40)}`);
    tokens.push(match[1]!);
  }
  return tokens;
}

function expectToken(tokens: string[], token: string): void {
  const found = tokens.shift();
  if (found !== token) throw new Error(`${token} was expected, not ${found}`);
}

function constant(token: string): Value {
  if (token === 'true') return true;
  if (token === 'false') return false;
  if (token === 'null') return null;
  throw new Error(`no constant ${token}`);
}

function member(value: Value, key: Value, safely: boolean): Value {
  const inside = value as Record<string, Value> | null;
  if (inside === null || typeof inside !== 'object') {
    if (safely && inside === null) return null;
    throw new Error(`nothing has ${String(key)} in ${JSON.stringify(value)}`);
  }
  const found = inside[String(key)];
  if (found === undefined && !safely) throw new Error(`no ${String(key)} in ${JSON.stringify(value)}`);
  return found ?? null;
}

/** Fails when a value is of another type. */
function as<T extends 'string' | 'number' | 'boolean'>(type: T, value: Value | undefined) {
  if (typeof value !== type) throw new Error(`${JSON.stringify(value)} is no ${type}`);
  return value as { string: string; number: number; boolean: boolean }[T];
}

function asList(value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw new Error(`${JSON.stringify(value)} is no array`);
  return value as readonly Value[];
}

function asObject(value: Value | undefined): Readonly<Record<string, Value>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${JSON.stringify(value)} is no object`);
  return value as Readonly<Record<string, Value>>;
}

const same = (one: Value | undefined, other: Value | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function contains(where: Value | undefined, what: Value | undefined): boolean {
  if (typeof where === 'string') return where.includes(as('string', what));
  return asList(where).some((found) => same(found, what));
}

/** Whole milliseconds are enough for times of a test. */
const EPOCH_TICKS = 621_355_968_000_000_000;

const BUILT_IN: Functions = {
  add: (a, b) => as('number', a) + as('number', b),
  addSeconds: (time, seconds) =>
    new Date(Date.parse(as('string', time)) + as('number', seconds) * 1000).toISOString(),
  and: (...given) => given.map((value) => as('boolean', value)).every(Boolean),
  coalesce: (...given) => given.find((value) => value !== null) ?? null,
  contains,
  createArray: (...given) => {
    if (given.length === 0) throw new Error('createArray wants an item');
    return given;
  },
  equals: same,
  greater: (a, b) => as('number', a) > as('number', b),
  greaterOrEquals: (a, b) => as('number', a) >= as('number', b),
  if: (condition, yes, no) => (as('boolean', condition) ? yes! : no!),
  int: (text) => {
    if (!/^-?\d+$/.test(as('string', text))) throw new Error(`${JSON.stringify(text)} is no number`);
    return Number(text);
  },
  join: (list, between) => asList(list).join(as('string', between)),
  json: (text) => JSON.parse(as('string', text)) as Value,
  min: (...given) => Math.min(...given.map((value) => as('number', value))),
  not: (value) => !as('boolean', value),
  or: (...given) => given.map((value) => as('boolean', value)).some(Boolean),
  setProperty: (object, key, value) => ({ ...asObject(object), [as('string', key)]: value! }),
  startsWith: (text, start) => as('string', text).startsWith(as('string', start)),
  string: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  sub: (a, b) => as('number', a) - as('number', b),
  ticks: (time) => EPOCH_TICKS + Date.parse(as('string', time)) * 10_000,
  trim: (text) => as('string', text).trim(),
};
