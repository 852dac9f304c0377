import type { AddressInfo, Server } from 'node:net';
import { throwProblems } from '@inferstack/runtime/contract';

const HOST = '127.0.0.1';
const TRIES = 200;

/**
 * Listens on this machine alone and returns the address, `http://127.0.0.1:<port>`.
 *
 * @param exact take this port or fail; otherwise the next free one.
 * @throws ProblemError LOCAL_PORT
 */
export async function listen(server: Server, port: number, exact: boolean): Promise<string> {
  const last = exact || port === 0 ? port : Math.min(65_535, port + TRIES);
  for (let candidate = port; ; candidate++) {
    try {
      return await listenOn(server, candidate);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && candidate < last) continue;
      throwProblems([
        {
          code: 'LOCAL_PORT',
          at: `${HOST}:${candidate}`,
          what: 'the port cannot be listened on',
          got: code,
          allowed: 'a free port that this user may open, or 0 for any',
          remedy: 'Stop what listens there, or give another --port.',
        },
      ]);
    }
  }
}

function listenOn(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.removeListener('error', reject);
      resolve(`http://${HOST}:${(server.address() as AddressInfo).port}`);
    });
  });
}
