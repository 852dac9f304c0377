import { RequestError } from '../../errors';

/**
 * Splits CSV as RFC 4180 has it: commas, lines ended by LF or CRLF, quotes doubled inside of quotes. Empty lines are left
 * out.
 *
 * @throws RequestError REQUEST_SYNTAX
 */
export function parseCsv(text: string): string[][] {
  return new CsvReader(text).lines();
}

class CsvReader {
  private at = 0;

  constructor(private readonly text: string) {
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  lines(): string[][] {
    const lines: string[][] = [];
    while (this.at < this.text.length) {
      const line = this.line();
      if (line.length > 1 || line[0] !== '') lines.push(line);
    }
    return lines;
  }

  private line(): string[] {
    const cells: string[] = [];
    for (;;) {
      cells.push(this.text[this.at] === '"' ? this.quoted() : this.plain());
      const end = this.text[this.at++];
      if (end === ',') continue;
      if (end === '\r' && this.text[this.at] === '\n') this.at++;
      return cells;
    }
  }

  private plain(): string {
    const start = this.at;
    while (this.at < this.text.length && !ENDS.has(this.text[this.at]!)) this.at++;
    return this.text.slice(start, this.at);
  }

  private quoted(): string {
    let cell = '';
    for (this.at++; ; this.at += 2) {
      const quote = this.text.indexOf('"', this.at);
      if (quote < 0) throw new RequestError('REQUEST_SYNTAX', 'The CSV ends inside of quotes.');
      cell += this.text.slice(this.at, quote);
      this.at = quote;
      if (this.text[quote + 1] !== '"') break;
      cell += '"';
    }
    this.at++;
    const next = this.text[this.at];
    if (next === undefined || ENDS.has(next)) return cell;
    throw new RequestError('REQUEST_SYNTAX', 'The CSV has text behind a closing quote.');
  }
}

const ENDS: ReadonlySet<string> = new Set([',', '\n', '\r']);
