import path from 'node:path';
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { BatchConfig } from '../contract';
import type { ModelInstance } from '../inference';
import { engineMessage, isExhausted, literal, quoted } from './files/engine';
import type { FileSource } from './files/file-source';
import type { InputFile } from './files/list-inputs';
import { BatchError } from './problems';
import type { ScoredBlock } from './score-block';

/** What the results of a shard say besides its rows. */
export interface ShardHead {
  readonly file: InputFile;
  /** Before the number of the row in a prediction id. */
  readonly prefix: string;
  /** Rows of the file that the shard is made of. */
  readonly from: number;
  readonly to: number;
}

export interface ShardWriterOptions {
  readonly connection: DuckDBConnection;
  readonly instance: ModelInstance;
  readonly output: BatchConfig['batch']['output'];
  readonly passthrough: readonly string[];
  /** SQL types of the columns passed through. */
  readonly passthroughTypes: readonly string[];
  /** Where files are written before they are moved to their place. */
  readonly directory: string;
}

const TABLE = 'shard';
/** Most rows of a block of the engine. */
const CHUNK_ROWS = 2048;

/** Collects the results of one shard in columns, and writes them as one file. */
export class ShardWriter {
  private appender: DuckDBAppender | undefined;
  private rows = 0;
  private passedBy: FileSource['passedBy'];
  private types: readonly DuckDBType[] = [];

  /** Whether it has a shard that is not written yet. */
  busy = false;

  constructor(private readonly options: ShardWriterOptions) {}

  async begin({ passedBy }: Pick<FileSource, 'passedBy'>): Promise<void> {
    const { connection } = this.options;
    this.busy = true;
    this.passedBy = passedBy;
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} (${this.columns().join(', ')})`);
    this.appender = await connection.createAppender(TABLE);
    const { appender } = this;
    this.types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
    this.rows = 0;
  }

  append(scored: ScoredBlock): void {
    const total = scored.predictions.score.length;
    for (let from = 0; from < total; from += CHUNK_ROWS)
      this.appendChunk(scored, from, Math.min(total, from + CHUNK_ROWS));
    this.rows += total;
  }

  /** @returns the path of the file; undefined without rows. */
  async write(head: ShardHead, name: string): Promise<string | undefined> {
    const { connection, directory, output } = this.options;
    this.appender!.flushSync();
    this.appender!.closeSync();
    this.appender = undefined;
    try {
      if (this.rows === 0) return undefined;
      const file = path.join(directory, name);
      await connection.run(`COPY (${this.select(head)}) TO ${literal(file)} (${copyOptions(output)})`);
      await connection.run(`DROP TABLE ${TABLE}`);
      return file;
    } catch (error) {
      throw writeFailure(error, directory);
    } finally {
      this.busy = false;
    }
  }

  private appendChunk({ block, kept, predictions, flags }: ScoredBlock, from: number, to: number): void {
    const { labels, decisions, score, scores } = predictions;
    const chunk = DuckDBDataChunk.create(this.types, to - from);
    let column = 0;
    fill(chunk, column++, rowNumbers(block.firstRow, kept, from, to));
    fill(chunk, column++, labels.subarray(from, to));
    fill(chunk, column++, decisions.subarray(from, to));
    fill(chunk, column++, score.subarray(from, to));
    for (const of of scores) fill(chunk, column++, of.subarray(from, to));
    fillFlags(chunk, column++, flags, from, to);
    if (this.passedBy === undefined)
      for (const values of block.passthrough())
        chunk.setColumnValues(column++, picked(values, kept, from, to));
    this.appender!.appendDataChunk(chunk);
  }

  private columns(): string[] {
    const { instance, passthrough, passthroughTypes } = this.options;
    return [
      'source_row DOUBLE',
      'label SMALLINT',
      'decision SMALLINT',
      'score DOUBLE',
      ...instance.prediction!.classes.map((_, i) => `score_${i} DOUBLE`),
      'flags VARCHAR',
      ...(this.passedBy === undefined
        ? passthrough.map((_, i) => `passed_${i} ${passthroughTypes[i]!}`)
        : []),
    ];
  }

  /** Texts that are the same in many rows come into being here, not a row at a time. */
  private select({ file, prefix, from, to }: ShardHead): string {
    const { instance, passthrough } = this.options;
    const { classes, decisions } = instance.prediction!;
    const { kind } = instance.manifest.prediction!;
    const name = (of: string, names: readonly string[]) =>
      `CASE WHEN ${of} >= 0 THEN [${names.map(literal).join(', ')}][${of} + 1] END`;
    const results =
      kind === 'regression'
        ? ['score AS prediction_value']
        : [
            `${name('label', classes)} AS prediction_label`,
            'score AS prediction_score',
            ...classes.map((of, i) => `score_${i} AS ${quoted(`score_${of}`)}`),
            ...(decisions.length > 0 ? [`${name('decision', decisions)} AS prediction_decision`] : []),
          ];
    return `SELECT ${[
      `${literal(`${prefix}-`)} || source_row::BIGINT AS prediction_id`,
      `${literal(file.uri)} AS source_file`,
      'source_row::BIGINT AS source_row',
      ...passthrough.map((column, i) => `passed_${i} AS ${quoted(column)}`),
      ...results,
      'flags AS prediction_flags',
      `${literal(instance.name)} AS model_name`,
      `${literal(instance.version)} AS model_version`,
      `${literal(instance.digest)} AS model_digest`,
    ].join(', ')} FROM ${this.rowsOf(from, to)}`;
  }

  private rowsOf(from: number, to: number): string {
    if (this.passedBy === undefined) return TABLE;
    return `${TABLE} JOIN (${this.passedBy(from, to)}) USING (source_row) ORDER BY source_row`;
  }
}

/** Numbers go to the engine as they lie in memory. */
function fill(chunk: DuckDBDataChunk, column: number, values: Float64Array | Int16Array): void {
  const vector = chunk.getColumnVector(column) as unknown as { items: Float64Array; flush(): void };
  vector.items.set(values);
  vector.flush();
}

/** Rows with flags are few: the others are made null all at once. */
function fillFlags(
  chunk: DuckDBDataChunk,
  column: number,
  flags: ScoredBlock['flags'],
  from: number,
  to: number,
): void {
  const vector = chunk.getColumnVector(column) as unknown as {
    readonly validity: { data: BigUint64Array };
    setItem(row: number, text: string): void;
    flush(): void;
  };
  vector.validity.data = new BigUint64Array(Math.ceil((to - from) / 64));
  for (const [row, listed] of flags)
    if (row >= from && row < to) vector.setItem(row - from, JSON.stringify(listed));
  vector.flush();
}

/** Positions in the file. */
function rowNumbers(
  firstRow: number,
  kept: readonly number[] | undefined,
  from: number,
  to: number,
): Float64Array {
  const rows = new Float64Array(to - from);
  for (let i = 0; i < rows.length; i++)
    rows[i] = firstRow + (kept === undefined ? from + i : kept[from + i]!);
  return rows;
}

function picked(
  values: readonly DuckDBValue[],
  kept: readonly number[] | undefined,
  from: number,
  to: number,
): readonly DuckDBValue[] {
  if (kept === undefined) return from === 0 && to === values.length ? values : values.slice(from, to);
  return kept.slice(from, to).map((row) => values[row]!);
}

function copyOptions({ format, compression }: BatchConfig['batch']['output']): string {
  const packed = compression === 'none' && format === 'parquet' ? 'uncompressed' : compression;
  if (format === 'parquet') return `FORMAT parquet, COMPRESSION ${packed}`;
  return format === 'csv'
    ? `FORMAT csv, HEADER, COMPRESSION ${packed}`
    : `FORMAT json, COMPRESSION ${packed}`;
}

function writeFailure(error: unknown, at: string): unknown {
  const what = engineMessage(error);
  if (what === undefined || !(isExhausted(what) || what.startsWith('IO Error'))) return error;
  const remedy =
    'Make room in the temporary directory or give the job more memory; then start it again: it goes on where it stopped.';
  return new BatchError({ code: 'BATCH_DISK', at, what, remedy });
}
