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
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { content: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), replayable: true };
}
