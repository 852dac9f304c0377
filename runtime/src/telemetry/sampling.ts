import { createHash } from 'node:crypto';

/**
 * Whether a request of this id belongs to the share. Decided by the id alone, so that every service that keeps the same
 * share keeps the same requests: the first four bytes of its SHA-256, as an unsigned number of 32 bits (big endian),
 * are below ratio * 2^32.
 */
export function inSample(requestId: string, ratio: number): boolean {
  if (ratio <= 0) return false;
  if (ratio >= 1) return true;
  return createHash('sha256').update(requestId).digest().readUInt32BE(0) < ratio * 2 ** 32;
}
