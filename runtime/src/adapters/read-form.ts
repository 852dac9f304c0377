import type { RequestOf } from '../contract';
import type { ParsedBody, Received, RequestReader } from './parsed-body';
import { invalid } from './parsed-body';
import { decodeText } from './text-encoding';

/** More than any model has columns. */
const MAX_FIELDS = 10_000;

/**
 * Fields of a form, or of a query: one row. A field that is there several times is a list.
 *
 * Source: https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export class FormReader implements RequestReader {
  constructor(private readonly options: RequestOf<'form-urlencoded'>) {}

  read({ bytes }: Received): ParsedBody {
    const parts = bytes.toString('latin1').split('&', MAX_FIELDS + 1);
    if (parts.length > MAX_FIELDS) throw invalid(`The form has more than ${MAX_FIELDS} fields.`);
    const fields = new Map<string, string | string[]>();
    for (const part of parts.filter((text) => text !== '')) {
      const end = part.indexOf('=');
      const name = this.decode(end < 0 ? part : part.slice(0, end));
      const value = end < 0 ? '' : this.decode(part.slice(end + 1));
      const before = fields.get(name);
      fields.set(name, before === undefined ? value : [before, value].flat());
    }
    return { body: Object.fromEntries(fields), places: [], texts: true };
  }

  private decode(part: string): string {
    if (/%(?![0-9a-f]{2})/i.test(part)) throw invalid('The form has a percent sign that encodes nothing.');
    const pieces = part.replaceAll('+', ' ').split(/((?:%[0-9a-f]{2})+)/i);
    const bytes = pieces.map((piece, i) =>
      i % 2 === 0 ? Buffer.from(piece, 'latin1') : Buffer.from(piece.replaceAll('%', ''), 'hex'),
    );
    return decodeText(Buffer.concat(bytes), this.options.encoding);
  }
}
