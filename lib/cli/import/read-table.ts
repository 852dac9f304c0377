import { readCsv } from './read-csv';
import { readParquet } from './read-parquet';
import type { Table } from './table';

/**
 * Reads the rows of a file: Parquet by its name (`.parquet`), else CSV.
 *
 * @throws ProblemError IMPORT_ROWS
 */
export async function readTable(file: string): Promise<Table> {
  return file.toLowerCase().endsWith('.parquet') ? readParquet(file) : readCsv(file);
}
