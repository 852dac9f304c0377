import { Metadata, status } from '@grpc/grpc-js';
import type { Problem } from '../../contract';
import { RequestError } from '../../errors';

/** What ends a call that failed. */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Clients refuse headers of more than 8 KiB together; text that is not ASCII takes up to nine times its length. */
const MAX_DETAILS = { ascii: 3000, other: 600 } as const;
const MAX_PROBLEMS = 10;

/**
 * Status of a failed request: the stable code in front of the message and in the trailer `inferstack-code`, the id in
 * `x-request-id`.
 */
export function callStatus(error: RequestError, requestId: string): CallStatus {
  const metadata = new Metadata();
  metadata.set('inferstack-code', error.code);
  metadata.set('x-request-id', requestId);
  return { code: status[error.grpc], details: errorText(error), metadata };
}

/** What went wrong with its code, on as many lines as there are problems to tell. */
export function errorText(error: RequestError): string {
  const listed = error.problems.length > 1 ? error.problems.slice(0, MAX_PROBLEMS).map(line) : [];
  const rest = error.problems.length + error.omitted - MAX_PROBLEMS;
  if (listed.length > 0 && rest > 0) listed.push(`and ${rest} more`);
  return headerSafe([`${error.code}: ${error.message}`, ...listed].join('\n'));
}

/** What is not a RequestError is a fault of the runtime, and its text stays inside. */
export function asRequestFault(cause: unknown): RequestError {
  if (cause instanceof RequestError) return cause;
  return new RequestError('INTERNAL', 'The server failed; its log has the request id.', { cause });
}

function line({ code, at, what, got, allowed }: Problem): string {
  const details = [
    got === undefined ? [] : `got ${got}`,
    allowed === undefined ? [] : `allowed: ${allowed}`,
  ].flat();
  return `${code} at ${at}: ${what}${details.length > 0 ? ` (${details.join('; ')})` : ''}`;
}

/** Half a surrogate pair, left where a text was cut, cannot be put into a header. */
function headerSafe(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is looked for
  const limit = /^[\x00-\x7f]*$/.test(text) ? MAX_DETAILS.ascii : MAX_DETAILS.other;
  const cut = text.length > limit ? `${text.slice(0, limit - 3)}...` : text;
  return Buffer.from(cut, 'utf8').toString('utf8');
}
