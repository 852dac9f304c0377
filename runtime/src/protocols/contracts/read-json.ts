import { RequestError } from '../../errors';
import type { Exchange } from '../http/exchange';
import { parseJson } from '../http/read-body';
import { receiveBody } from '../http/receive-body';
import { parseLenientJson } from './lenient-json';

/** Media type of a request without its parameters, in lower case; empty when it says none. */
export function mediaType({ request }: Exchange): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/**
 * The body as text in UTF-8.
 *
 * @throws RequestError REQUEST_BODY_TOO_LARGE, REQUEST_SYNTAX, REQUEST_MEDIA_TYPE, REQUEST_CANCELLED
 */
export async function readText(exchange: Exchange, maxBytes: number): Promise<string> {
  return parseJson(await readBytes(exchange, maxBytes), (text) => text) as string;
}

/**
 * The body as JSON; NaN and Infinity are taken. Without content type, and with that of a form as curl -d sends it, it is
 * taken as JSON all the same: the servers these contracts come from do not look at it.
 *
 * @throws RequestError as `readText`
 */
export async function readLenientJson(exchange: Exchange, maxBytes: number): Promise<unknown> {
  const type = mediaType(exchange);
  if (!isJson(type)) {
    const message = 'This route takes JSON: send the body with Content-Type: application/json.';
    throw new RequestError('REQUEST_MEDIA_TYPE', message);
  }
  return parseJson(await readBytes(exchange, maxBytes), parseLenientJson);
}

/** Whether a body of this media type is taken as JSON. */
export function isJson(type: string): boolean {
  return UNSAID.has(type) || JSON_TYPE.test(type);
}

const UNSAID: ReadonlySet<string> = new Set(['', 'text/plain', 'application/x-www-form-urlencoded']);
const JSON_TYPE = /^application\/(json|[a-z0-9.-]+\+json)$/;

async function readBytes(exchange: Exchange, maxBytes: number): Promise<Buffer> {
  return Buffer.concat(await receiveBody(exchange, maxBytes));
}
