import { readFileSync } from 'node:fs';
import { importError } from './problems';
import type { Table, TableRow } from './table';

/**
 * Reads a CSV file as RFC 4180 has it: commas, quotes doubled inside of quotes, a header.
 *
 * @throws ProblemError IMPORT_ROWS
 */
export function readCsv(file: string): Table {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const got = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw badCsv(file, 'the file cannot be read', got);
  }
  const [header, ...rows] = records(file, text.replace(/^\uFEFF/, ''));
  if (header === undefined || rows.length === 0) throw badCsv(file, 'there are no rows', 'none');
  const twice = header.cells.find((name, i) => header.cells.indexOf(name) !== i);
  if (twice !== undefined) throw badCsv(`${file}:1`, 'two columns have one name', JSON.stringify(twice));
  for (const { line, cells } of rows) {
    if (cells.length === header.cells.length) continue;
    const allowed = `${header.cells.length} cells, as in the header`;
    throw badCsv(`${file}:${line}`, 'the row has another number of cells', `${cells.length}`, allowed);
  }
  return { file, columns: header.cells.map((name) => name.trim()), rows };
}

function records(file: string, text: string): TableRow[] {
  // One cell with what ends it: in quotes, or plain.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const found: TableRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null)
      throw badCsv(`${file}:${line}`, 'a quote is misplaced or never closed', text.slice(at, at + 20));
    const [whole, quoted, plain, end] = match;
    cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    // A comma at the very end is followed by one more, empty cell.
    if (end === ',' && cell.lastIndex === text.length) cells.push('');
    if (end === ',' && cell.lastIndex < text.length) continue;
    if (cells.length > 1 || cells[0] !== '') found.push({ line: start, cells });
    cells = [];
    start = line;
  }
  return found;
}

const badCsv = (at: string, what: string, got: string, allowed = 'CSV with a header and rows'): Error =>
  importError('IMPORT_ROWS', at, { what, got, allowed, remedy: 'Correct the file.' });
