import { RequestError } from '../errors';
import type { ParsedBody } from './parsed-body';

/** A body with the media type of its format. */
export interface WrittenBody {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** Writes the answers of one format. */
export interface BodyWriter {
  /** @throws RequestError ADAPTER_FAILED */
  write(value: unknown, asked: ParsedBody): WrittenBody;
}

/** What a response is about to be written from. */
export type ResponseRecord = Readonly<Record<string, unknown>>;

/** The answer of an adapter that cannot be given in its format: its configuration is at fault, not the caller. */
export function failed(message: string, cause?: unknown): RequestError {
  return new RequestError('ADAPTER_FAILED', `The answer cannot be written: ${message}`, { cause });
}

/** Rows to write: a list of objects, or one. @throws RequestError ADAPTER_FAILED */
export function asRecords(value: unknown): ResponseRecord[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((row) => {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as ResponseRecord;
    throw failed('the mapping gives something else than objects of names and values.');
  });
}
