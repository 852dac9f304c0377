import { isUtf8 } from 'node:buffer';
import { RequestError } from '../../errors';
import type { Exchange } from './exchange';

/**
 * Reads the body as JSON, counting while it arrives.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE, REQUEST_BODY_TOO_LARGE, REQUEST_SYNTAX, REQUEST_CANCELLED
 */
export async function readJson(exchange: Exchange, maxBytes: number): Promise<unknown> {
  requireJson(exchange);
  return parseJson(await readBody(exchange, maxBytes));
}

/**
 * As `readJson`, for requests whose body may be left out: then it is `{}`. A body without content type is taken as
 * JSON, as clients of Triton send it.
 *
 * @throws RequestError as `readJson`
 */
export async function readOptionalJson(exchange: Exchange, maxBytes: number): Promise<unknown> {
  if (exchange.request.headers['content-type'] !== undefined) requireJson(exchange);
  exchange.stages?.enter('receive');
  const body = await readBody(exchange, maxBytes);
  exchange.stages?.enter('decode');
  return body.length === 0 ? {} : parseJson(body);
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new RequestError('REQUEST_SYNTAX', 'The body is not UTF-8.');
  try {
    return JSON.parse(body.toString('utf8'));
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
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestError(
      'REQUEST_MEDIA_TYPE',
      'Compressed bodies are not read; send it without Content-Encoding.',
    );
  }
}

function readBody({ request, response }: Exchange, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new RequestError('REQUEST_BODY_TOO_LARGE', `The body exceeds ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  if (request.headers.expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      // Once refused, the rest is read and dropped, or the caller would see a reset instead of the reply.
      if (bytes > maxBytes) return;
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBytes) return;
      chunks.length = 0;
      reject(tooLarge());
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    // The response closes in every case; a request that was answered before its end stays open for ever.
    response.on('close', () => {
      if (!request.complete) reject(new RequestError('REQUEST_CANCELLED', 'The connection was closed.'));
    });
    // A broken connection is told by `close` as well; without a listener the event would end the process.
    request.on('error', () => {});
  });
}
