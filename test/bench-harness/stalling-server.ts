import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Target } from '../../runtime/bench/load/target';

/** A real HTTP server that hands every request with its body to `answer`. */
export async function serve(
  answer: (response: ServerResponse, body: string, count: number) => void,
): Promise<{ readonly target: Target; readonly server: Server }> {
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(response, Buffer.concat(chunks).toString(), count++));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = {
    transport: 'http' as const,
    port,
    path: '/infer',
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from('row'),
  };
  return { target, server };
}

export async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
