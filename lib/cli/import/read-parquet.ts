import type { AsyncBuffer } from 'hyparquet';
import { importError } from './problems';
import type { Table } from './table';

/**
 * Reads a Parquet file whose columns are numbers, texts, booleans or dates, compressed in any way Parquet knows.
 *
 * @throws ProblemError IMPORT_ROWS
 */
export async function readParquet(file: string): Promise<Table> {
  const { columns, rows } = await decode(file);
  if (rows.length === 0) throw badParquet(file, 'there are no rows', 'none');
  return {
    file,
    columns,
    rows: rows.map((row, i) => ({
      line: i + 1,
      cells: columns.map((name) => cell(row[name], `${file}: row ${i + 1}, ${name}`)),
    })),
  };
}

interface Decoded {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

async function decode(file: string): Promise<Decoded> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import(
    'hyparquet'
  );
  const { compressors } = await import('hyparquet-compressors');
  try {
    const buffer: AsyncBuffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    return { columns, rows: await parquetReadObjects({ file: buffer, metadata, compressors }) };
  } catch (error) {
    throw badParquet(file, 'the file cannot be read as Parquet', (error as Error).message);
  }
}

/** A cell as it would stand in a CSV file. */
function cell(value: unknown, at: string): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') {
    throw badParquet(
      at,
      'the column is nested',
      Array.isArray(value) ? 'a list' : 'an object',
      'flat columns',
    );
  }
  return String(value);
}

const badParquet = (at: string, what: string, got: string, allowed = 'a Parquet file with rows'): Error =>
  importError('IMPORT_ROWS', at, {
    what,
    got,
    allowed,
    remedy: 'Correct the file, or give the rows as CSV.',
  });
