import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from '../../errors';
import { errorBody } from './error-body';
import { requestId } from './request-id';

export const MAX_HEADER_BYTES = 16 * 1024;
const LINGER_MS = 1000;

/** Answers what never became a request. */
export function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else answer(refusalOf(error.code), socket);
}

/** Answers a request whose headers are too large for those who answer requests. */
export function refuseHeaders(response: ServerResponse): void {
  const id = requestId(undefined);
  const refusal = tooLarge();
  response.writeHead(refusal.http, ['content-type', 'application/json', 'x-request-id', id]);
  response.end(errorBody(refusal, id));
}

/** Answers a connection on which no request began in time. */
export function refuseLate(socket: Duplex): void {
  answer(late(), socket);
}

function answer(refusal: RequestError, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const id = requestId(undefined);
  const body = errorBody(refusal, id);
  const head = [
    `HTTP/1.1 ${refusal.http} ${refusal.code}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Whoever never closes his side would hold the connection; to cut it at once could take the answer from the others.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function refusalOf(code: string | undefined): RequestError {
  if (code === 'HPE_HEADER_OVERFLOW') return tooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return late();
  return new RequestError('REQUEST_INVALID', 'This is not an HTTP request.');
}

function tooLarge(): RequestError {
  return new RequestError('REQUEST_HEADERS_TOO_LARGE', `The headers exceed ${MAX_HEADER_BYTES} bytes.`);
}

function late(): RequestError {
  return new RequestError('REQUEST_BODY_TIMEOUT', 'The request did not arrive in time.');
}
