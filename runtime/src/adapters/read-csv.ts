import type { RequestOf } from '../contract';
import { columnDtypes } from '../protocols/contracts/column-values';
import { type CsvLine, parseCsvLines } from '../protocols/contracts/csv-text';
import { invalid, type ParsedBody, type Received, type RequestReader } from './parsed-body';
import { decodeText } from './text-encoding';

/** Lines of values, with or without a line of names before them. */
export class CsvReader implements RequestReader {
  private readonly missing: ReadonlySet<string>;

  constructor(private readonly options: RequestOf<'csv'>) {
    this.missing = new Set(options.nullTokens.map((token) => token.toLowerCase()));
  }

  read({ bytes, instance }: Received): ParsedBody {
    const { encoding, header, columns } = this.options;
    const lines = parseCsvLines(decodeText(bytes, encoding), this.options);
    const named = header ? namesOf(lines.shift()) : undefined;
    const names = columns ?? named ?? [...columnDtypes(instance).keys()];
    if (named !== undefined && columns !== null) requireSame(named, columns);
    const rows = lines.map((line) => this.row(names, line));
    return { body: rows, rows, places: lines.map(({ number }) => `line ${number}`), texts: true };
  }

  private row(names: readonly string[], { number, cells }: CsvLine): Record<string, string | null> {
    if (cells.length !== names.length) {
      throw invalid(`line ${number} has ${cells.length} values instead of ${names.length}.`);
    }
    return Object.fromEntries(
      cells.map((text, i) => [names[i]!, this.missing.has(text.trim().toLowerCase()) ? null : text]),
    );
  }
}

function namesOf(line: CsvLine | undefined): readonly string[] {
  if (line === undefined) throw invalid('The CSV has no line.');
  const names = line.cells.map((name) => name.trim());
  if (new Set(names).size < names.length) throw invalid('The header of the CSV has a name twice.');
  return names;
}

/** A file whose columns have moved would give wrong predictions without a sign of it. */
function requireSame(named: readonly string[], columns: readonly string[]): void {
  if (named.length === columns.length && named.every((name, i) => name === columns[i])) return;
  throw invalid(`The header of the CSV is not ${columns.join(', ')}.`);
}
