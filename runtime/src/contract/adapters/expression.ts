import type { Expression, JsonataError } from 'jsonata';

/** An expression within its bounds. */
export interface ExpressionLimits {
  /** Time one evaluation may take, milliseconds. */
  readonly timeoutMs: number;
}

/** Calls inside of calls; JSONata's own recursion needs about ten frames of the stack for each. */
const MAX_DEPTH = 300;
/** Values of one list, so that `[1..1e9]` ends. */
const MAX_SEQUENCE = 1_000_000;

/**
 * Compiles a JSONata expression. Its bounds are those of the library (`timeout`, `stack`, `sequence`), which look at the
 * clock at every step: an expression without end is stopped although it never gives the thread back.
 *
 * Source: https://github.com/jsonata-js/jsonata, issue 521
 *
 * @throws JsonataError with code, position and token
 */
export function compileExpression(text: string, { timeoutMs }: ExpressionLimits): Expression {
  // Loaded by those who have an expression alone.
  const jsonata = require('jsonata') as typeof import('jsonata');
  return jsonata(text, { timeout: timeoutMs, stack: MAX_DEPTH, sequence: MAX_SEQUENCE });
}

/** What is wrong with an expression; undefined when it can be compiled. */
export function expressionFault(text: string): string | undefined {
  try {
    compileExpression(text, { timeoutMs: 1 });
    return undefined;
  } catch (error) {
    const { code, position, message } = error as JsonataError;
    return `${code} at character ${position}: ${message}`;
  }
}
