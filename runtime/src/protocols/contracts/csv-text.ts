import { RequestError } from '../../errors';

/** What tells values and lines apart. */
export interface CsvDialect {
  readonly delimiter: string;
  /** Around values, doubled inside of them; null: values are never quoted. */
  readonly quote: string | null;
}

/** A line with the number at which it begins in the text, the first being 1. */
export interface CsvLine {
  readonly number: number;
  readonly cells: readonly string[];
}

/** As RFC 4180 has it. */
const COMMAS: CsvDialect = { delimiter: ',', quote: '"' };

/**
 * Splits CSV as RFC 4180 has it: commas, lines ended by LF or CRLF, quotes doubled inside of quotes. Empty lines are left
 * out.
 *
 * @throws RequestError REQUEST_SYNTAX
 */
export function parseCsv(text: string): (readonly string[])[] {
  return parseCsvLines(text).map(({ cells }) => cells);
}

/** As `parseCsv`, with the numbers of the lines and in any dialect. @throws RequestError REQUEST_SYNTAX */
export function parseCsvLines(text: string, dialect: CsvDialect = COMMAS): CsvLine[] {
  return new CsvReader(text, dialect).lines();
}

class CsvReader {
  private at = 0;
  private number = 1;
  private readonly ends: ReadonlySet<string>;

  constructor(
    private readonly text: string,
    private readonly dialect: CsvDialect,
  ) {
    if (text.startsWith('\ufeff')) this.at = 1;
    this.ends = new Set([dialect.delimiter, '\n', '\r']);
  }

  lines(): CsvLine[] {
    const lines: CsvLine[] = [];
    while (this.at < this.text.length) {
      const { number } = this;
      const cells = this.line();
      if (cells.length > 1 || cells[0] !== '') lines.push({ number, cells });
    }
    return lines;
  }

  private line(): string[] {
    const cells: string[] = [];
    for (;;) {
      cells.push(this.text[this.at] === this.dialect.quote ? this.quoted() : this.plain());
      const end = this.text[this.at++];
      if (end === this.dialect.delimiter) continue;
      if (end === '\r' && this.text[this.at] === '\n') this.at++;
      this.number++;
      return cells;
    }
  }

  private plain(): string {
    const start = this.at;
    while (this.at < this.text.length && !this.ends.has(this.text[this.at]!)) this.at++;
    return this.text.slice(start, this.at);
  }

  private quoted(): string {
    const mark = this.dialect.quote!;
    const begun = this.number;
    let cell = '';
    for (this.at++; ; this.at += 2) {
      const end = this.text.indexOf(mark, this.at);
      if (end < 0) throw syntax(`The CSV ends inside of quotes that begin in line ${begun}.`);
      const part = this.text.slice(this.at, end);
      cell += part;
      this.number += lineEnds(part);
      this.at = end;
      if (this.text[end + 1] !== mark) break;
      cell += mark;
    }
    this.at++;
    const next = this.text[this.at];
    if (next === undefined || this.ends.has(next)) return cell;
    throw syntax(`The CSV has text behind a closing quote in line ${this.number}.`);
  }
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function syntax(message: string): RequestError {
  return new RequestError('REQUEST_SYNTAX', message);
}
