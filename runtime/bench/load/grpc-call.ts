import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { Target } from './target';

/** How a call ended: `status` of gRPC, 0 for success; undefined when the stream broke before there was any. */
export interface GrpcEnd {
  readonly status: number | undefined;
  readonly message: string;
}

/**
 * One unary call on a stream of its own.
 *
 * @param onData parts of the response; absent, they are dropped
 * @param onEnd called once
 */
export function grpcCall(
  session: ClientHttp2Session,
  target: Target,
  onEnd: (end: GrpcEnd) => void,
  onData?: (chunk: Buffer) => void,
): void {
  let end: GrpcEnd = { status: undefined, message: 'the stream ended without a status' };
  const read = (headers: IncomingHttpHeaders) => {
    const status = headers['grpc-status'];
    if (status !== undefined)
      end = { status: Number(status), message: String(headers['grpc-message'] ?? '') };
  };
  const stream = session.request({ ':method': 'POST', ':path': target.path, ...GRPC, ...target.headers });
  // Who refuses a call sends its status with the headers already.
  stream.on('response', read);
  stream.on('trailers', read);
  if (onData) stream.on('data', onData);
  else stream.resume();
  stream.on('error', (error) => {
    end = { status: undefined, message: error.message };
  });
  stream.on('close', () => onEnd(end));
  stream.end(target.body);
}

const GRPC = { 'content-type': 'application/grpc', te: 'trailers' };
