import type { DuckDBConnection } from '@duckdb/node-api';
import type { BatchSpec } from '../../contract';
import type { ModelField } from '../model-fields';
import { BatchError, type BatchProblem } from '../problems';
import type { Block, LostLine } from './block';
import { engineMessage, isExhausted } from './engine';
import type { InputFile } from './list-inputs';

/** A file as a stream of blocks. */
export interface FileSource {
  /** SQL types of the columns passed through. */
  readonly passthroughTypes: readonly string[];
  /** Rows of the file, where they need not be counted. */
  readonly rowCount: number | undefined;
  /**
   * A query for the columns passed through, as `passed_0` and so on beside `source_row`: the engine joins them with the
   * results, and no value comes here.
   * @default - they are in the blocks
   */
  readonly passedBy?: (from: number, to: number) => string;
  /** The rows from one position up to another, in their order. */
  blocks(from: number, to: number | undefined): AsyncGenerator<Block>;
  /** Lines that are no rows; known once `blocks` has ended. */
  lostLines(): readonly LostLine[];
}

/** What a source reads, and for whom. */
export interface SourceRequest {
  readonly connection: DuckDBConnection;
  /** On this machine. */
  readonly path: string;
  readonly file: InputFile;
  readonly fields: readonly ModelField[];
  readonly passthrough: readonly string[];
  readonly input: BatchSpec['input'];
}

/** A column of a file with its SQL type. */
export interface SourceColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * The fields of which the file has a column; those the folders have are left to `partitionValue`.
 *
 * @throws BatchError BATCH_COLUMN_MISSING with everything that is missing
 */
export function presentFields(
  { file, fields, passthrough }: SourceRequest,
  names: readonly string[],
): ModelField[] {
  const known = new Set([...names, ...Object.keys(file.partitions)]);
  const missing = [
    ...fields.filter(({ column, required }) => required && !known.has(column)).map(({ column }) => column),
    ...passthrough.filter((name) => !known.has(name)),
  ];
  if (missing.length > 0)
    throw new BatchError(...missing.map((name) => missingColumn(file.uri, name, names)));
  return fields.filter(({ column }) => names.includes(column) && !(column in file.partitions));
}

function missingColumn(uri: string, column: string, names: readonly string[]): BatchProblem {
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
  return {
    code: 'BATCH_COLUMN_MISSING',
    at: uri,
    what: 'the file has no such column',
    got: shown,
    allowed: column,
    remedy: 'Map the column of the file to the field in input.columns, or correct the file.',
  };
}

/** Fields and columns passed through that come from the names of folders: the same for every row. */
export function partitionColumns({ file, fields }: SourceRequest): [name: string, value: unknown][] {
  return fields
    .filter(({ column }) => column in file.partitions)
    .map(({ name, column, kind }) => [name, partitionValue(file.partitions[column]!, kind)]);
}

function partitionValue(text: string, kind: ModelField['kind']): unknown {
  if (kind === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

/** What the engine says of a file, without the place of it on this machine; a full disk is no fault of the file. */
export function readFailure(error: unknown, { file, path }: SourceRequest): unknown {
  const message = engineMessage(error);
  if (message === undefined) return error;
  const what = message.replaceAll(path, file.uri);
  if (isExhausted(message)) {
    const remedy = 'Give the job more memory or disk, or lower execution.memoryBytes.';
    return new BatchError({ code: 'BATCH_DISK', at: file.uri, what, remedy });
  }
  const remedy = 'Write the file again, or correct input.format, input.compression and input.csv.';
  return new BatchError({ code: 'BATCH_INPUT_UNREADABLE', at: file.uri, what, remedy });
}
