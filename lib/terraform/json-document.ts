import { literal } from './literal';

/**
 * A JSON document as a string of a resource. Literal parts are escaped; string placeholders of cdktf stay alive.
 * `Fn.jsonencode` is no substitute: it does not escape quotes and drops null.
 *
 * @param value numbers and lists must be known: placeholders of those kinds cannot be told apart inside a document
 */
export function jsonDocument(value: unknown): string {
  return literal(JSON.stringify(value));
}
