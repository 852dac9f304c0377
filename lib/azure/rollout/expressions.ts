/**
 * An expression of the language in which workflows of Logic Apps are written, without the sign that begins one.
 * Source: https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference
 */
export type Expression = string & { readonly expression: unique symbol };

const expression = (text: string): Expression => text as Expression;

const named =
  (name: string) =>
  (...given: readonly Expression[]): Expression =>
    expression(`${name}(${given.join(', ')})`);

export const add = named('add');
export const addSeconds = named('addSeconds');
export const and = named('and');
export const coalesce = named('coalesce');
export const contains = named('contains');
export const equals = named('equals');
export const greater = named('greater');
export const greaterOrEquals = named('greaterOrEquals');
export const int = named('int');
export const join = named('join');
export const json = named('json');
export const list = named('createArray');
export const min = named('min');
export const not = named('not');
export const or = named('or');
export const setProperty = named('setProperty');
export const startsWith = named('startsWith');
export const sub = named('sub');
export const textOf = named('string');
export const ticks = named('ticks');
export const triggerBody = named('triggerBody');
export const trim = named('trim');
export const utcNow = named('utcNow');
/** Condition, then, else. */
export const either = named('if');

/** Text as it is; a quotation mark is written twice. */
export const text = (value: string): Expression => expression(`'${value.replaceAll("'", "''")}'`);
export const number = (value: number): Expression => expression(String(value));
export const no = expression('false');
export const yes = expression('true');

/** What an action answered. */
export const body = (action: string): Expression => expression(`body(${text(action)})`);
/** The item that a filter or a selection looks at. */
export const item = named('item');
/** The item that a loop is at. */
export const itemOf = (loop: string): Expression => expression(`items(${text(loop)})`);
/** A value inside an object; null where a part of the way is missing. */
export const at = (object: Expression, ...keys: readonly string[]): Expression =>
  expression(object + keys.map((key) => `?[${text(key)}]`).join(''));
export const elementAt = (array: Expression, index: Expression): Expression =>
  expression(`${array}[${index}]`);

/** As the value of a property. */
export const evaluated = (of: Expression): string => `@${of}`;
/** As a part of text. */
export const within = (of: Expression): string => `@{${of}}`;
