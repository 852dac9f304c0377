import { createHash } from 'node:crypto';
import fs from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** Content hash of a file, 64 hexadecimal digits. Read in chunks: weights may exceed memory. */
export function hashFile(file: string): { bytes: number; sha256: string } {
  const descriptor = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(descriptor);
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1));
    const hash = createHash('sha256');
    let bytes = 0;
    for (let read = -1; read !== 0; bytes += read) {
      read = fs.readSync(descriptor, chunk, 0, chunk.length, null);
      hash.update(chunk.subarray(0, read));
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    fs.closeSync(descriptor);
  }
}
