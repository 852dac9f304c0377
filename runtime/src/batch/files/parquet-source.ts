import type { ModelField } from '../model-fields';
import { BatchError, type BatchProblem } from '../problems';
import type { Block } from './block';
import { literal, quoted } from './engine';
import {
  type FileSource,
  partitionColumns,
  presentFields,
  readFailure,
  type SourceColumn,
  type SourceRequest,
} from './file-source';
import { sqlBlocks } from './sql-blocks';

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const NUMERIC = /^(FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const TEXT = /^(VARCHAR|UUID|ENUM\(.*\))$/;
const TIMESTAMP = /^TIMESTAMP/;

/** Reads a Parquet file: only the columns that are needed, and only the row groups of a range. */
export async function openParquet(request: SourceRequest): Promise<FileSource> {
  const { connection, path, file, passthrough } = request;
  const source = `read_parquet(${literal(path)}, file_row_number = true, hive_partitioning = false)`;
  try {
    const columns = await columnsOf(request, source);
    const fields = presentFields(request, [...columns.keys()]);
    const wrong = fields.filter((field) => expression(field, columns.get(field.column)!.type) === undefined);
    if (wrong.length > 0) throw new BatchError(...wrong.map((field) => wrongType(request, field, columns)));
    const copied = passthrough.map((name) => passed(request, name));
    const selected = [
      ...fields.map((field) => expression(field, columns.get(field.column)!.type)!),
      ...copied,
    ];
    const constants = partitionColumns(request);
    const rowCount = await countRows(request);
    return {
      rowCount,
      passthroughTypes: passthrough.map((name) =>
        name in file.partitions ? 'VARCHAR' : columns.get(name)!.type,
      ),
      ...(passthrough.length > 0 && {
        passedBy: (from: number, to: number): string => {
          const named = copied.map((column, i) => `${column} AS passed_${i}`);
          const range = `file_row_number >= ${from} AND file_row_number < ${to}`;
          return `SELECT file_row_number AS source_row, ${named.join(', ')} FROM ${source} WHERE ${range}`;
        },
      }),
      lostLines: () => [],
      async *blocks(from, to = rowCount): AsyncGenerator<Block> {
        const range = `file_row_number >= ${from} AND file_row_number < ${to}`;
        const sql = `SELECT ${selected.join(', ')} FROM ${source} WHERE ${range}`;
        try {
          yield* sqlBlocks(
            { connection, sql, fields, constants, passthrough: copied.length, suspects: [] },
            from,
          );
        } catch (error) {
          throw readFailure(error, request);
        }
      },
    };
  } catch (error) {
    throw readFailure(error, request);
  }
}

async function columnsOf({ connection }: SourceRequest, source: string): Promise<Map<string, SourceColumn>> {
  const described = await connection.runAndReadAll(
    `DESCRIBE SELECT * EXCLUDE (file_row_number) FROM ${source}`,
  );
  const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  return new Map(columns.map((column) => [column.name, column]));
}

async function countRows({ connection, path }: SourceRequest): Promise<number> {
  const sql = `SELECT num_rows FROM parquet_file_metadata(${literal(path)})`;
  return Number((await connection.runAndReadAll(sql)).getRows()[0]![0]);
}

function passed({ file }: SourceRequest, name: string): string {
  return name in file.partitions ? literal(file.partitions[name]!) : quoted(name);
}

/** How a column becomes the values of a field; undefined when its type does not fit. */
function expression({ column, kind }: ModelField, type: string): string | undefined {
  const name = quoted(column);
  switch (kind) {
    case 'number':
      if (type === 'FLOAT') return `coalesce(${name}, 'NaN'::FLOAT)`;
      return INTEGER.test(type) || NUMERIC.test(type)
        ? `coalesce(${name}::DOUBLE, 'NaN'::DOUBLE)`
        : undefined;
    case 'digits':
      return INTEGER.test(type) ? `${name}::VARCHAR` : undefined;
    case 'string':
      return TEXT.test(type) ? `${name}::VARCHAR` : undefined;
    case 'boolean':
      return type === 'BOOLEAN' ? name : undefined;
    case 'date':
      if (type === 'VARCHAR' || type === 'DATE') return `${name}::VARCHAR`;
      // Times without a zone are taken for UTC.
      return TIMESTAMP.test(type)
        ? `strftime(make_timestamp(epoch_us(${name})), '%Y-%m-%dT%H:%M:%S.%gZ')`
        : undefined;
    case 'nested':
      return type.endsWith(']') ? `to_json(${name})::VARCHAR` : undefined;
  }
}

const WANTED: Readonly<Record<ModelField['kind'], string>> = {
  number: 'a type of numbers',
  digits: 'a type of whole numbers',
  string: 'VARCHAR, UUID, ENUM',
  boolean: 'BOOLEAN',
  date: 'DATE, TIMESTAMP, VARCHAR in ISO 8601',
  nested: 'lists',
};

function wrongType(
  { file }: SourceRequest,
  { name, column, kind }: ModelField,
  columns: Map<string, SourceColumn>,
): BatchProblem {
  return {
    code: 'BATCH_COLUMN_TYPE',
    at: `${file.uri}: ${column}`,
    what: `the column does not fit the field ${name}`,
    got: columns.get(column)!.type,
    allowed: WANTED[kind],
    remedy: 'Write the column in such a type, or map another one to the field.',
  };
}
