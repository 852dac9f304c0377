import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import type { ModelField } from '../model-fields';
import type { Block } from './block';

/** What a query gives, column by column: the fields, the columns passed through, and perhaps the texts of suspects. */
export interface BlockQuery {
  readonly connection: DuckDBConnection;
  readonly sql: string;
  readonly fields: readonly ModelField[];
  /** Fields that are the same in every row. */
  readonly constants: readonly (readonly [name: string, value: unknown])[];
  /** Columns passed through that the query gives. */
  readonly passthrough: number;
  /** Fields whose texts the last column has, as a JSON array, for rows in which one of them could not be converted. */
  readonly suspects: readonly ModelField[];
}

/** Runs a query whose result need not fit into memory. */
export async function* sqlBlocks(query: BlockQuery, firstRow: number): AsyncGenerator<Block> {
  const result = await query.connection.stream(query.sql);
  for (let row = firstRow; ; ) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const block = toBlock(chunk, query, row);
    row += block.rows;
    yield block;
  }
}

function toBlock(chunk: DuckDBDataChunk, query: BlockQuery, firstRow: number): Block {
  const rows = chunk.rowCount;
  const columns = new Map<string, ArrayLike<unknown>>();
  query.fields.forEach(({ name, kind }, i) => {
    columns.set(name, columnValues(chunk, i, kind));
  });
  for (const [name, value] of query.constants) columns.set(name, new Array<unknown>(rows).fill(value));
  const { passthrough, suspects, fields } = query;
  const copied = () =>
    Array.from({ length: passthrough }, (_, i) => chunk.getColumnValues(fields.length + i));
  if (suspects.length > 0)
    restoreTexts(columns, chunk.getColumnValues(fields.length + passthrough), suspects);
  return { firstRow, rows, columns, passthrough: copied, broken: new Map() };
}

function columnValues(chunk: DuckDBDataChunk, index: number, kind: ModelField['kind']): ArrayLike<unknown> {
  if (kind !== 'number' && kind !== 'nested') return chunk.getColumnValues(index);
  // The query has NaN for null: nothing but the bare numbers is needed.
  if (kind === 'number') return (chunk.getColumnVector(index) as unknown as { items: Float64Array }).items;
  return chunk
    .getColumnValues(index)
    .map((text) => (text === null ? null : (JSON.parse(text as string) as unknown)));
}

/** Puts what could not be converted back to its place: the rules of the model are to say what is wrong with it. */
function restoreTexts(
  columns: Map<string, ArrayLike<unknown>>,
  texts: readonly DuckDBValue[],
  suspects: readonly ModelField[],
): void {
  texts.forEach((text, row) => {
    if (text === null) return;
    const given = JSON.parse(text as string) as (string | null)[];
    suspects.forEach(({ name, kind }, i) => {
      const values = columns.get(name)!;
      const converted = values[row];
      if (given[i] === null || !(kind === 'number' ? Number.isNaN(converted) : converted === null)) return;
      const editable = Array.isArray(values) ? values : Array.from(values);
      editable[row] = given[i];
      columns.set(name, editable);
    });
  });
}
