import { type FileHandle, open } from 'node:fs/promises';

const FRAME = 0xfd2fb528;
/** Sixteen magic numbers of frames to skip, the lowest four bits open. */
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const RLE = 1;
const RESERVED = 3;

/**
 * Whether a file ends where a frame of Zstandard does. Follows the lengths from block to block; decompresses nothing.
 * Source: RFC 8878, section 3.1
 */
export async function endsWithFrame(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let at = 0;
    while (at < size) {
      const end = await frameEnd(file, at);
      if (end === undefined || end > size) return false;
      at = end;
    }
    return size > 0;
  } finally {
    await file.close();
  }
}

async function frameEnd(file: FileHandle, start: number): Promise<number | undefined> {
  const head = await bytes(file, start, 8);
  if (head === undefined) return undefined;
  const magic = head.readUInt32LE(0);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return start + 8 + head.readUInt32LE(4);
  if (magic !== FRAME) return undefined;
  const descriptor = head[4]!;
  const single = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const contentSize = sizeFlag === 0 && single ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
  const header = 5 + (single ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3]! + contentSize;
  const blocks = await blocksEnd(file, start + header);
  return blocks === undefined ? undefined : blocks + ((descriptor & 4) !== 0 ? 4 : 0);
}

async function blocksEnd(file: FileHandle, start: number): Promise<number | undefined> {
  for (let at = start; ; ) {
    const head = await bytes(file, at, 3);
    if (head === undefined) return undefined;
    const block = head.readUIntLE(0, 3);
    const type = (block >> 1) & 3;
    if (type === RESERVED) return undefined;
    at += 3 + (type === RLE ? 1 : block >> 3);
    if ((block & 1) === 1) return at;
  }
}

async function bytes(file: FileHandle, at: number, count: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(count);
  const { bytesRead } = await file.read(buffer, 0, count, at);
  return bytesRead === count ? buffer : undefined;
}
