import { formatProblem } from '../../contract';
import type { RequestError } from '../../errors';
import type { ErrorReply } from '../http/exchange';
import { jsonReply } from '../http/reply';

const MAX_TOLD_PROBLEMS = 10;

/** The contracts have one line for what is wrong: the first problems in full. */
export function errorText({ message, problems, omitted }: RequestError): string {
  if (problems.length === 0) return message;
  const told = problems.slice(0, MAX_TOLD_PROBLEMS).map(formatProblem);
  const rest = problems.length + omitted - told.length;
  return told.join('\n') + (rest > 0 ? `\n(and ${rest} more)` : '');
}

/** None of the contracts knows 422: what does not fit the model is a bad request. */
export function contractStatus({ http }: RequestError): number {
  return http === 422 ? 400 : http;
}

/** An error as JSON of a contract's own form. */
export function errorReply(
  body: (error: RequestError, status: number, requestId: string) => object,
): ErrorReply {
  return (error, requestId) => {
    const status = contractStatus(error);
    return { status, reply: jsonReply(JSON.stringify(body(error, status, requestId))) };
  };
}

/** `{"error": text}`: TensorFlow Serving, KServe, and where a contract prescribes nothing. */
export const plainError: ErrorReply = errorReply((error) => ({ error: errorText(error) }));
