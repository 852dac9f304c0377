import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BatchError } from '../problems';
import { literal } from './engine';
import type { FileCompression } from './file-format';
import type { SourceRequest } from './file-source';
import { endsWithFrame } from './zstd-frames';

const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** The lines of a text file, compressed or not, as a relation with one column: what stands between the ends of lines. */
export function lines({ path, file }: SourceRequest): string {
  const options = [
    `columns = {'line': 'VARCHAR'}`,
    'header = false',
    'auto_detect = false',
    // What never stands in a line of text.
    `delim = '\u0001'`,
    `quote = ''`,
    `escape = ''`,
    `compression = '${file.compression}'`,
    `max_line_size = ${LONGEST_LINE_BYTES}`,
  ];
  return `read_csv(${literal(path)}, ${options.join(', ')})`;
}

/** undefined for a file without any. */
export async function firstLine(request: SourceRequest): Promise<string | undefined> {
  const sql = `SELECT line FROM ${lines(request)} WHERE line IS NOT NULL LIMIT 1`;
  const rows = (await request.connection.runAndReadAll(sql)).getRows();
  return rows[0]?.[0] as string | undefined;
}

/**
 * Makes sure that a compressed file has its end: the engine takes one that was cut for one that is done, and rows would
 * be missing without a word.
 *
 * @throws BatchError BATCH_INPUT_UNREADABLE
 */
export async function checkWhole({ path, file }: SourceRequest): Promise<void> {
  const wrong = await damage(path, file.compression);
  if (wrong === undefined) return;
  const what = `the ${file.compression} file is damaged or was cut: ${wrong}`;
  const remedy = 'Write the file again.';
  throw new BatchError({ code: 'BATCH_INPUT_UNREADABLE', at: file.uri, what, remedy });
}

async function damage(path: string, compression: FileCompression): Promise<string | undefined> {
  if (compression === 'none') return undefined;
  if (compression === 'zstd') return (await endsWithFrame(path)) ? undefined : 'it does not end with a frame';
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
