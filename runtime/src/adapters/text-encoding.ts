import { isUtf8 } from 'node:buffer';
import type { AdapterConfig } from '../contract';
import { RequestError } from '../errors';

export type TextEncoding = Extract<AdapterConfig['request'], { format: 'csv' }>['encoding'];

/** Names by which media types know the encodings. */
export const CHARSETS: Readonly<Record<TextEncoding, string>> = {
  'utf-8': 'utf-8',
  latin1: 'iso-8859-1',
  'utf-16': 'utf-16',
};

const BIG_ENDIAN_MARK = '\ufffe';
const MARK = '\ufeff';

/** The text of a body, without byte order mark. @throws RequestError REQUEST_SYNTAX */
export function decodeText(bytes: Buffer, encoding: TextEncoding): string {
  if (encoding === 'latin1') return bytes.toString('latin1');
  if (encoding === 'utf-16') return decodeUtf16(bytes);
  if (!isUtf8(bytes)) throw new RequestError('REQUEST_SYNTAX', 'The body is not UTF-8.');
  return withoutMark(bytes.toString('utf8'));
}

function decodeUtf16(bytes: Buffer): string {
  if (bytes.length % 2 !== 0) throw new RequestError('REQUEST_SYNTAX', 'The body is not UTF-16: odd length.');
  const text = bytes.toString('utf16le');
  if (!text.startsWith(BIG_ENDIAN_MARK)) return withoutMark(text);
  return withoutMark(Buffer.from(bytes).swap16().toString('utf16le'));
}

const withoutMark = (text: string): string => (text.startsWith(MARK) ? text.slice(1) : text);

/** A text as bytes; undefined when the encoding has no form for one of its characters. */
export function encodeText(text: string, encoding: TextEncoding): Buffer | undefined {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  if (encoding === 'utf-16') return Buffer.from(MARK + text, 'utf16le');
  return NOT_LATIN1.test(text) ? undefined : Buffer.from(text, 'latin1');
}

const NOT_LATIN1 = /[\u0100-\uffff]/;

/** As `encodeText`, for messages: a question mark stands for what cannot be written. */
export function encodeMessage(text: string, encoding: TextEncoding): Buffer {
  return encodeText(text, encoding) ?? Buffer.from(text.replace(/[\u0100-\uffff]/g, '?'), 'latin1');
}
