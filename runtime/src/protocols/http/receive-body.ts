import type { Readable } from 'node:stream';
import { RequestError } from '../../errors';
import { type Decoder, decoderOf } from './content-encoding';
import type { Exchange } from './exchange';

/**
 * Reads the body of a request and decompresses it on the way. Neither what arrives nor what it becomes is ever more than
 * `maxBytes`, whatever the ratio between them.
 *
 * @throws RequestError REQUEST_MEDIA_TYPE, REQUEST_BODY_TOO_LARGE, REQUEST_SYNTAX, REQUEST_CANCELLED
 */
export async function receiveBody(exchange: Exchange, maxBytes: number): Promise<readonly Buffer[]> {
  const { request, response } = exchange;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const decoder = decoderOf(request.headers['content-encoding']);
  if (request.headers.expect !== undefined) response.writeContinue();
  exchange.stages?.enter('receive');
  try {
    return await receive(exchange, decoder, maxBytes);
  } catch (error) {
    // The rest is read and dropped, or the caller would see a reset instead of the reply.
    if (decoder !== undefined) request.unpipe(decoder).resume();
    decoder?.destroy();
    throw error;
  } finally {
    exchange.stages?.enter('decode');
  }
}

function receive(
  { request, response }: Exchange,
  decoder: Decoder | undefined,
  maxBytes: number,
): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const refuse = () => {
      chunks.length = 0;
      reject(tooLarge(maxBytes));
    };
    const body = decoder === undefined ? request : request.pipe(decoder);
    countBytes(body, maxBytes, refuse, (chunk) => chunks.push(chunk));
    let arrived = 0;
    if (decoder !== undefined) {
      countBytes(request, maxBytes, refuse, (chunk) => {
        arrived += chunk.length;
      });
    }
    body.on('end', () => {
      // What follows the compressed data is left over, silently.
      if (decoder === undefined || decoder.bytesWritten === arrived) resolve(chunks);
      else reject(notDecoded());
    });
    // The response closes in every case; a request that was answered before its end stays open for ever.
    response.on('close', () => {
      if (!request.complete) reject(new RequestError('REQUEST_CANCELLED', 'The connection was closed.'));
    });
    // A broken connection is told by `close` as well; without a listener the event would end the process.
    request.on('error', () => {});
    decoder?.on('error', () => reject(notDecoded()));
  });
}

/** Calls `take` for every chunk up to a size, `refuse` once beyond it. */
function countBytes(
  source: Readable,
  maxBytes: number,
  refuse: () => void,
  take: (chunk: Buffer) => void,
): void {
  let bytes = 0;
  source.on('data', (chunk: Buffer) => {
    if (bytes > maxBytes) return;
    bytes += chunk.length;
    if (bytes > maxBytes) refuse();
    else take(chunk);
  });
}

function notDecoded(): RequestError {
  const message = 'The body is not what its Content-Encoding says, or it is cut off.';
  return new RequestError('REQUEST_SYNTAX', message);
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError('REQUEST_BODY_TOO_LARGE', `The body exceeds ${maxBytes} bytes.`);
}

/**
 * Joins chunks so that the byte at `at` lies on a multiple of 8, as any typed array wants it. A body in one piece stays
 * where it is: it is small, and tensors that are not aligned are copied.
 */
export function joinAligned(chunks: readonly Buffer[], at: number): Buffer {
  if (chunks.length === 1) return chunks[0]!;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const padding = (8 - (at % 8)) % 8;
  const whole = Buffer.from(new ArrayBuffer(padding + bytes), padding, bytes);
  let offset = 0;
  for (const chunk of chunks) offset += chunk.copy(whole, offset);
  return whole;
}
