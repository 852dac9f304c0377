import type { BodyOf } from '../contract';
import { CHARSETS, encodeText } from './text-encoding';
import { asRecords, type BodyWriter, failed, type ResponseRecord, type WrittenBody } from './written-body';

/** Rows as lines of values: the columns that are configured, else those of the first row. */
export class CsvWriter implements BodyWriter {
  constructor(private readonly options: BodyOf<'csv'>) {}

  write(value: unknown): WrittenBody {
    const { encoding, header, lineEnd } = this.options;
    const rows = asRecords(value);
    const columns = this.options.columns ?? plainKeys(rows[0] ?? {});
    const lines = rows.map((row) => columns.map((name) => this.cell(row[name])));
    if (header) lines.unshift(columns.map((name) => this.quoted(name)));
    const text = lines.map((cells) => cells.join(this.options.delimiter) + lineEnd).join('');
    const bytes = encodeText(text, encoding);
    if (bytes === undefined) throw failed(`a character of the answer has no form in ${encoding}.`);
    return {
      bytes,
      contentType: `text/csv; charset=${CHARSETS[encoding]}; header=${header ? 'present' : 'absent'}`,
    };
  }

  private cell(value: unknown): string {
    if (value === null || value === undefined) return this.quoted(this.options.nullToken);
    if (typeof value === 'number') return this.quoted(String(value).replace('.', this.options.decimal));
    if (typeof value === 'object') throw failed('a value is a list or an object; CSV has none.');
    return this.quoted(String(value));
  }

  private quoted(text: string): string {
    const { delimiter, quote } = this.options;
    const special =
      text.includes(delimiter) || /[\r\n]/.test(text) || (quote !== null && text.includes(quote));
    if (!special) return text;
    if (quote === null) throw failed('a value holds the delimiter or a line end, and values are not quoted.');
    return quote + text.replaceAll(quote, quote + quote) + quote;
  }
}

/** Columns nobody has chosen: what fits into one. */
function plainKeys(row: ResponseRecord): string[] {
  return Object.keys(row).filter((name) => typeof row[name] !== 'object' || row[name] === null);
}
