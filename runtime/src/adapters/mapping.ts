import type { Expression, JsonataError } from 'jsonata';
import { compileExpression } from '../contract';
import { RequestError } from '../errors';

/** Of the bounds, which say that the expression is at fault and not what it was given. */
const BOUNDS: ReadonlySet<string> = new Set(['D1011', 'D1012', 'D2015', 'U1001']);

/** A JSONata expression of an adapter, compiled once. */
export class Mapping {
  private readonly expression: Expression;

  /**
   * @param option where it is written, for messages.
   * @throws JsonataError; configurations are checked before
   */
  constructor(
    text: string,
    private readonly option: string,
    timeoutMs: number,
  ) {
    this.expression = compileExpression(text, { timeoutMs });
  }

  /** @throws RequestError ADAPTER_FAILED at a bound; else `refuse` says what */
  async evaluate(input: unknown, refuse: (message: string) => RequestError): Promise<unknown> {
    try {
      return plain(await this.expression.evaluate(input));
    } catch (error) {
      const { code, message, position } = error as Partial<JsonataError>;
      if (typeof code !== 'string' || BOUNDS.has(code)) throw this.beyondBounds(error);
      const at = position === undefined ? '' : ` at character ${position}`;
      throw refuse(`${this.option} cannot be applied: ${code}${at}: ${message}`);
    }
  }

  private beyondBounds(cause: unknown): RequestError {
    const { message } = cause as Error;
    return new RequestError('ADAPTER_FAILED', `${this.option} was stopped: ${message}`, { cause });
  }
}

/** Lists of JSONata carry marks of their own; and where an expression gives a function, it gives no value. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value);
  const { _jsonata_lambda: lambda = false, _jsonata_function: builtIn = false } = (value ?? {}) as Functional;
  return typeof value === 'function' || lambda || builtIn ? undefined : value;
}

/** How functions are told from objects in JSONata. */
interface Functional {
  readonly _jsonata_lambda?: boolean;
  readonly _jsonata_function?: boolean;
}
