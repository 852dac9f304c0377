import { createHash } from 'node:crypto';
import type { BatchConfig } from '../../contract';
import type { InputFile } from '../files/list-inputs';
import { BatchError } from '../problems';
import type { BatchStore } from '../stores/store';
import { LAYOUT } from './layout';

/** Rows that one worker scores, in shards: a file, or a range of one. */
export interface Unit {
  /** Position in `files`. */
  readonly file: number;
  readonly from: number;
  /** null: to the end of the file. */
  readonly to: number | null;
}

/** What a run is to do; written once, by the worker that is first, and followed by all. */
export interface RunManifest {
  readonly version: 1;
  readonly runId: string;
  readonly job: string;
  /** Ages of dates are held against this, in every try alike. */
  readonly startedAt: string;
  readonly model: { readonly name: string; readonly version: string; readonly digest: string };
  /** Of everything that decides what the results are. */
  readonly fingerprint: string;
  readonly shardRows: number;
  readonly files: readonly InputFile[];
  /** SQL types of the columns passed through. */
  readonly passthroughTypes: readonly string[];
  readonly units: readonly Unit[];
}

/** Names the run after what it does, unless it has a name. */
export function runIdOf(config: BatchConfig, files: readonly InputFile[], given: string | undefined): string {
  return given ?? hash([fingerprint(config), files]).slice(0, 16);
}

/** Two configurations with the same one make the same results of the same files. */
export function fingerprint({ model, batch }: BatchConfig): string {
  const { input, output, shards } = batch;
  const { columns, passthrough, csv } = input;
  const sorted = Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash([model.digest, sorted, passthrough, csv, output.format, output.compression, shards.rows]);
}

/**
 * Takes up the run of this name.
 *
 * @throws BatchError BATCH_RUN_CONFLICT when it was begun with other settings
 */
export async function readRun(store: BatchStore, config: BatchConfig): Promise<RunManifest | undefined> {
  const text = await store.read(LAYOUT.manifest);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as RunManifest;
  if (manifest.fingerprint === fingerprint(config)) return manifest;
  throw new BatchError({
    code: 'BATCH_RUN_CONFLICT',
    at: `${store.shown}/${LAYOUT.manifest}`,
    what: 'a run of this name was begun with another model or other settings',
    got: `model ${manifest.model.digest}`,
    allowed: 'the same model, columns, format and rows of a shard',
    remedy: 'Take another name for the run, or the settings it was begun with.',
  });
}

/** Begins a run, or takes up what another worker has begun a moment before. */
export async function beginRun(
  store: BatchStore,
  manifest: RunManifest,
  config: BatchConfig,
): Promise<RunManifest> {
  const created = await store.create(LAYOUT.manifest, `${JSON.stringify(manifest, undefined, 1)}\n`);
  return created ? manifest : (await readRun(store, config))!;
}

/** Predictions of the same row of the same file by the same model have the same id. */
export function predictionPrefix(manifest: RunManifest, file: InputFile): string {
  return hash([manifest.model.digest, file.uri, file.etag, file.bytes]).slice(0, 16);
}

export function outputExtension({ format, compression }: BatchConfig['batch']['output']): string {
  if (format === 'parquet') return '.parquet';
  return `.${format}${EXTENSIONS[compression] ?? ''}`;
}

const EXTENSIONS: Readonly<Record<string, string>> = { gzip: '.gz', zstd: '.zst' };

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
