import { type Expression, parseExpression } from './parse-expression';
import type { Scope } from './scope';
import { type Data, LIBRARY } from './standard-library';
import { WorkflowError } from './workflow-error';

/** Functions beyond the library: subworkflows that do not wait, and the clock. */
export type Functions = (name: string) => ((...args: Data[]) => Promise<Data>) | undefined;

const EXPRESSION = /^\$\{([\s\S]*)\}$/;

/** A value of a step: expressions, at any depth, are worked out. */
export async function evaluateValue(value: Data, scope: Scope, functions: Functions): Promise<Data> {
  if (typeof value === 'string') {
    const text = EXPRESSION.exec(value)?.[1];
    return text === undefined ? value : evaluate(parseExpression(text), scope, functions);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return Promise.all(value.map((item) => evaluateValue(item, scope, functions)));
  }
  const entries = Object.entries(value).map(
    async ([key, child]) => [key, await evaluateValue(child, scope, functions)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluate(expression: Expression, scope: Scope, functions: Functions): Promise<Data> {
  const of = (inner: Expression) => evaluate(inner, scope, functions);
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      return scope.get(expression.name);
    case 'list':
      return Promise.all(expression.items.map(of));
    case 'key':
      return keyed(await of(expression.of), await of(expression.key));
    case 'not':
      return !truth(await of(expression.of));
    case 'minus':
      return -number(await of(expression.of));
    case 'call':
      return called(expression.callee, await Promise.all(expression.args.map(of)), functions);
    case 'pair':
      return pair(expression, of);
  }
}

async function pair(
  { sign, left, right }: Extract<Expression, { kind: 'pair' }>,
  of: (inner: Expression) => Promise<Data>,
): Promise<Data> {
  const first = await of(left);
  if (sign === 'or') return truth(first) || truth(await of(right));
  if (sign === 'and') return truth(first) && truth(await of(right));
  return SIGNS[sign]!(first, await of(right));
}

const SIGNS: Readonly<Record<string, (a: Data, b: Data) => Data>> = {
  '==': (a, b) => JSON.stringify(a) === JSON.stringify(b),
  '!=': (a, b) => JSON.stringify(a) !== JSON.stringify(b),
  '<': (a, b) => number(a) < number(b),
  '<=': (a, b) => number(a) <= number(b),
  '>': (a, b) => number(a) > number(b),
  '>=': (a, b) => number(a) >= number(b),
  in: (a, b) => (Array.isArray(b) ? b.includes(a) : a in b),
  '+': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : number(a) + number(b)),
  '-': (a, b) => number(a) - number(b),
  '*': (a, b) => number(a) * number(b),
  '/': (a, b) => number(a) / number(b),
  '%': (a, b) => number(a) % number(b),
};

function called(name: string, args: Data[], functions: Functions): Data {
  const found = LIBRARY[name] ?? functions(name);
  if (found === undefined) throw new WorkflowError('KeyError', `no function ${name}`);
  return found(...args);
}

function keyed(value: Data, key: Data): Data {
  const found = typeof value === 'object' && value !== null ? value[key] : undefined;
  if (found === undefined) throw new WorkflowError('KeyError', `no ${String(key)}`);
  return found;
}

function truth(value: Data): boolean {
  if (typeof value !== 'boolean')
    throw new WorkflowError('TypeError', `${JSON.stringify(value)} is no boolean`);
  return value;
}

function number(value: Data): number {
  if (typeof value !== 'number')
    throw new WorkflowError('TypeError', `${JSON.stringify(value)} is no number`);
  return value;
}
