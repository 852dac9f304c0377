import { type IncomingHttpHeaders, request } from 'node:http';
import type { Target } from '../load/target';

export interface WholeReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request over a connection of its own and keeps the whole reply. */
export function sendOnce(target: Target): Promise<WholeReply> {
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
