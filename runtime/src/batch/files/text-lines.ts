import { literal } from './engine';
import type { SourceRequest } from './file-source';

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
