import { isUtf8 } from 'node:buffer';
import { RequestError } from '../../errors';
import type { Exchange } from './exchange';
import { receiveBody } from './receive-body';

/**
 * Reads the body as JSON.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE, REQUEST_BODY_TOO_LARGE, REQUEST_SYNTAX, REQUEST_CANCELLED
 */
export async function readJson(exchange: Exchange, maxBytes: number): Promise<unknown> {
  requireJson(exchange);
  return parseJson(Buffer.concat(await receiveBody(exchange, maxBytes)));
}

/**
 * As `readJson`, for requests whose body may be left out: then it is `{}`. A body without content type is taken as
 * JSON, as clients of Triton send it.
 *
 * @throws RequestError as `readJson`
 */
export async function readOptionalJson(exchange: Exchange, maxBytes: number): Promise<unknown> {
  if (exchange.request.headers['content-type'] !== undefined) requireJson(exchange);
  const body = Buffer.concat(await receiveBody(exchange, maxBytes));
  return body.length === 0 ? {} : parseJson(body);
}

/** @throws RequestError REQUEST_SYNTAX */
export function parseJson(body: Buffer, parse: (text: string) => unknown = JSON.parse): unknown {
  if (!isUtf8(body)) throw new RequestError('REQUEST_SYNTAX', 'The body is not UTF-8.');
  try {
    return parse(body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body.
    throw new RequestError('REQUEST_SYNTAX', 'The body is not valid JSON.');
  }
}

const JSON_MEDIA_TYPE = /^application\/json\s*(;\s*charset=("?)utf-8\2\s*)?$/i;

function requireJson({ request }: Exchange): void {
  const type = request.headers['content-type'];
  if (type === undefined || (type !== 'application/json' && !JSON_MEDIA_TYPE.test(type))) {
    throw new RequestError('REQUEST_MEDIA_TYPE', 'Send the body with Content-Type: application/json.');
  }
}
