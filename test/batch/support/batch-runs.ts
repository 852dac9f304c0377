import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance, type Json } from '@duckdb/node-api';
import type { BatchConfig } from '@inferstack/runtime/contract';
import { runBatch } from '../../../runtime/src/batch';
import { createLogger } from '../../../runtime/src/logging';
import { MODELS, modelEntry } from '../../runtime/support/packages';

const CACHE = path.join(tmpdir(), 'inferstack-test-cache');

export interface BatchChange {
  readonly input?: Partial<BatchConfig['batch']['input']>;
  readonly output?: Partial<BatchConfig['batch']['output']>;
  readonly shards?: Partial<BatchConfig['batch']['shards']>;
  readonly errorThreshold?: Partial<BatchConfig['batch']['errorThreshold']>;
  readonly runId?: string;
  readonly timeoutMs?: number;
}

/** A job of one worker that stops at nothing. */
export function batchConfig(
  model: string,
  uris: readonly string[],
  out: string,
  change: BatchChange = {},
): BatchConfig {
  return {
    apiVersion: 'inferstack.dev/v1',
    kind: 'RuntimeConfig',
    role: 'batch',
    job: 'test',
    model: modelEntry(model),
    batch: {
      input: {
        uris: [...uris],
        format: 'auto',
        compression: 'auto',
        csv: { delimiter: ',', nulls: [''] },
        columns: {},
        passthrough: [],
        ...change.input,
      },
      output: { uri: out, format: 'parquet', compression: 'zstd', ...change.output },
      shards: { rows: 50, assignment: 'index', workers: 1, leaseMs: 60_000, ...change.shards },
      runId: change.runId ?? 'run',
      errorThreshold: { ratio: 1, minRows: 0, ...change.errorThreshold },
      timeoutMs: change.timeoutMs ?? null,
      progressMs: 60_000,
    },
    execution: { workers: 1, intraOpThreads: 1, batchRows: 2048, memoryBytes: 0 },
    telemetry: { emf: false, pushgateway: null },
    logging: { level: 'silent' },
  };
}

export interface EndedRun {
  readonly code: number;
  /** Problems that the job ended with. */
  readonly problems: readonly {
    readonly code: string;
    readonly at: string;
    readonly what: string;
    readonly got?: string;
    readonly remedy?: string;
  }[];
}

/** Runs a worker in this process to its end. */
export async function score(
  config: BatchConfig,
  environment: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
  cacheDirectory = CACHE,
): Promise<EndedRun> {
  const logger = createLogger('silent', config.job);
  let problems: EndedRun['problems'] = [];
  logger.error = ((fields: { problems?: EndedRun['problems']; err?: unknown }) => {
    problems = fields.problems ?? [];
    if (fields.err !== undefined) throw fields.err;
  }) as never;
  const code = await runBatch(config, { logger, cacheDirectory, environment, signal });
  return { code, problems };
}

export const HELD_OUT = path.join(MODELS, 'breast-cancer/held-out.csv');
export const HELD_OUT_ROWS = 143;

/** A Parquet file of the held-out rows of the breast cancer models, so many times, each time with another id. */
export async function writeCopies(file: string, copies: number): Promise<void> {
  await query(
    `COPY (SELECT h.*, i AS id FROM range(${copies}) t(i), '${HELD_OUT}' h) TO '${file}' (ROW_GROUP_SIZE 2048)`,
  );
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'inferstack-batch-'));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A folder for each test of a file, and one below it for what its job writes; all go when the file is done. */
export function testFolders(): { readonly folder: string; readonly out: string } {
  const current = { folder: '', out: '' };
  beforeEach(() => {
    current.folder = temporaryFolder();
    current.out = path.join(current.folder, 'out');
  });
  afterAll(removeFolders);
  return current;
}

/** Answers of the engine to a query, such as one over the results of a run. */
export async function query(sql: string): Promise<Record<string, Json>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Every result of a run, in the order of the rows. */
export function results(out: string, runId = 'run'): Promise<Record<string, Json>[]> {
  return query(`SELECT * FROM '${out}/${runId}/data/*.parquet' ORDER BY source_file, source_row`);
}

export function report(out: string, runId = 'run'): Record<string, never> {
  return JSON.parse(readFileSync(path.join(out, runId, 'report.json'), 'utf8')) as Record<string, never>;
}

/** Rows that were put aside. */
export function quarantined(out: string, folder = 'quarantine', runId = 'run'): Record<string, never>[] {
  const directory = path.join(out, runId, folder);
  return readdirSync(directory)
    .sort()
    .flatMap((file) => readFileSync(path.join(directory, file), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, never>);
}

export const files = (out: string, folder: string, runId = 'run'): string[] =>
  readdirSync(path.join(out, runId, folder)).sort();
