import type { IncomingMessage } from 'node:http';

/** Bodies up to this length are held in memory, so that the request can be sent again to another replica. */
export const HELD_BODY_BYTES = 1024 * 1024;

export interface RequestBody {
  readonly content: Buffer | IncomingMessage | null;
  /** Whether it can be sent a second time. */
  readonly replayable: boolean;
}

/** Reads a short body whole; passes a long one, or one of unknown length, on as it comes. */
export async function readRequestBody(request: IncomingMessage): Promise<RequestBody> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (request.headers['transfer-encoding'] !== undefined || length > HELD_BODY_BYTES) {
    return { content: request, replayable: false };
  }
  if (length === 0) return { content: null, replayable: true };
  return { content: await readWhole(request), replayable: true };
}

/** By events: an async iterator costs several turns of the event loop per request. */
function readWhole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
