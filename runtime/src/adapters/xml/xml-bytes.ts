import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { syntaxError } from '../parsed-body';
import { decodeText } from '../text-encoding';

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

const ENCODINGS: ReadonlyMap<string, 'utf-8' | 'latin1' | 'utf-16'> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['iso-8859-1', 'latin1'],
  ['latin1', 'latin1'],
  ['utf-16', 'utf-16'],
  ['utf-16le', 'utf-16'],
]);

/**
 * The text of a document, by byte order mark, media type and declaration, in this order.
 *
 * Source: RFC 7303, section 3
 *
 * @throws RequestError REQUEST_SYNTAX
 */
export function xmlText(bytes: Buffer, headers: IncomingHttpHeaders): string {
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (marked) return decodeText(bytes, 'utf-16');
  const said =
    /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ??
    /^[^>]{0,80}encoding\s*=\s*["']([\w-]+)/.exec(bytes.toString('latin1', 0, 100))?.[1];
  const encoding = ENCODINGS.get((said ?? 'utf-8').toLowerCase());
  if (encoding === undefined) throw syntaxError(`XML in ${said} is not read; send UTF-8.`);
  if (encoding === 'utf-8' && !isUtf8(bytes)) throw syntaxError('The XML is not UTF-8.');
  return decodeText(bytes, encoding);
}
