import { mkdir } from 'node:fs/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { cpuBudget, memoryBudget } from '../../inference/execution/cpu-budget';

export interface EngineOptions {
  /** 0: a quarter of what the container may use. */
  readonly memoryBytes: number;
  /** For what does not fit into memory. */
  readonly directory: string;
}

const LEAST_BYTES = 256 * 1024 * 1024;

/** Reads and writes files: DuckDB in memory, without network, extensions or files beyond those it is told. */
export class FileEngine {
  static async open({ memoryBytes, directory }: EngineOptions): Promise<FileEngine> {
    await mkdir(directory, { recursive: true });
    const memory = memoryBytes > 0 ? memoryBytes : Math.max(LEAST_BYTES, memoryBudget() / 4);
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(cpuBudget()),
      memory_limit: `${Math.floor(memory / 1e6)}MB`,
      temp_directory: directory,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new FileEngine(instance);
  }

  private constructor(private readonly instance: DuckDBInstance) {}

  async connect(): Promise<DuckDBConnection> {
    const connection = await this.instance.connect();
    // Results are made ahead of the reader by so much: with the default of 1 MB reading waits for every block.
    await connection.run("SET streaming_buffer_size = '64MB'");
    return connection;
  }

  close(): void {
    this.instance.closeSync();
  }
}

/** A name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text in SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What the engine says has failed, in a line; undefined when the error is not its own. */
export function engineMessage(error: unknown): string | undefined {
  const message = (error as Partial<Error> | undefined)?.message;
  if (typeof message !== 'string' || !/^[A-Z][A-Za-z ]* Error: /.test(message)) return undefined;
  return message.split('\n')[0]!;
}

/** Whether memory or disk are full: no fault of what is read. */
export const isExhausted = (message: string): boolean =>
  /^Out of Memory Error|No space left|Could not write|failed to offload/i.test(message);
