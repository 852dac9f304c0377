import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:http2';
import { grpcCall } from '../load/grpc-call';
import type { Target } from '../load/target';

export interface WholeReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request over a connection of its own and keeps the whole reply. */
export function sendOnce(target: Target): Promise<WholeReply> {
  return target.transport === 'grpc' ? callOnce(target) : requestOnce(target);
}

function requestOnce(target: Target): Promise<WholeReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: target.port,
      path: target.path,
      method: 'POST',
      headers: { ...target.headers, 'content-length': target.body.length },
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(target.body);
  });
}

/** gRPC statuses that say "not now"; others will not go away by asking again. */
const UNAVAILABLE = 14;

/** A call of gRPC; its end as the status of HTTP that says the same. */
function callOnce(target: Target): Promise<WholeReply> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${target.port}`);
    session.on('error', reject);
    const chunks: Buffer[] = [];
    grpcCall(
      session,
      target,
      ({ status, message }) => {
        session.destroy();
        if (status === undefined) reject(new Error(message));
        else if (status === 0) resolve({ status: 200, headers: {}, body: Buffer.concat(chunks) });
        else resolve({ status: status === UNAVAILABLE ? 503 : 400, headers: {}, body: Buffer.from(message) });
      },
      (chunk) => chunks.push(chunk),
    );
  });
}
