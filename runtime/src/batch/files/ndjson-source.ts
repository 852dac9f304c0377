import type { DuckDBValue } from '@duckdb/node-api';
import type { Problem } from '../../contract';
import type { Block } from './block';
import { type FileSource, partitionColumns, readFailure, type SourceRequest } from './file-source';
import { checkWhole, lines } from './text-lines';

type Row = Readonly<Record<string, unknown>>;

/** Reads a JSON object a line, with the very values that a request would carry. */
export async function openNdjson(request: SourceRequest): Promise<FileSource> {
  const { passthrough } = request;
  return {
    rowCount: undefined,
    passthroughTypes: passthrough.map(() => 'VARCHAR'),
    lostLines: () => [],
    async *blocks(from, to = Number.POSITIVE_INFINITY): AsyncGenerator<Block> {
      await checkWhole(request);
      // The engine counts a line as 16 bytes, however long it is: with 64 MB it would hold four million lines.
      await request.connection.run("SET streaming_buffer_size = '1MB'");
      const limit = to === Number.POSITIVE_INFINITY ? '' : ` LIMIT ${to - from}`;
      const sql = `SELECT line FROM ${lines(request)} WHERE line IS NOT NULL${limit} OFFSET ${from}`;
      try {
        const result = await request.connection.stream(sql);
        for (let row = from; ; ) {
          const chunk = await result.fetchChunk();
          if (chunk === null || chunk.rowCount === 0) return;
          const block = toBlock(chunk.getColumnValues(0) as string[], request, row);
          row += block.rows;
          yield block;
        }
      } catch (error) {
        throw readFailure(error, request);
      }
    },
  };
}

function toBlock(texts: readonly string[], request: SourceRequest, firstRow: number): Block {
  const broken = new Map<number, Problem>();
  const rows = texts.map((text, i) => parse(text, i, broken));
  const columns = new Map<string, ArrayLike<unknown>>();
  for (const { name, column } of request.fields)
    columns.set(
      name,
      rows.map((row) => own(row, column)),
    );
  for (const [name, value] of partitionColumns(request))
    columns.set(
      name,
      rows.map(() => value),
    );
  const passthrough = () => request.passthrough.map((name) => rows.map((row) => passed(row, name, request)));
  return { firstRow, rows: rows.length, columns, passthrough, broken };
}

function parse(text: string, row: number, broken: Map<number, Problem>): Row {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
  const what = value === undefined ? 'the line is not JSON' : 'the line is no JSON object';
  broken.set(row, { code: 'BATCH_ROW_UNREADABLE', at: 'line', what, remedy: 'Correct the line.' });
  return {};
}

const own = (row: Row, name: string): unknown => (Object.hasOwn(row, name) ? row[name] : undefined);

function passed(row: Row, name: string, { file }: SourceRequest): DuckDBValue {
  const value = name in file.partitions ? file.partitions[name] : own(row, name);
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
