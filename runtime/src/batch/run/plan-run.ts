import type { BatchConfig } from '../../contract';
import type { FileSource } from '../files/file-source';
import type { InputFile } from '../files/list-inputs';
import { BatchError } from '../problems';
import { listedLocation } from '../stores/location';
import { fingerprint, type RunManifest, type Unit } from './run-manifest';

/** Units each worker should find, so that those who are fast can do more. */
const UNITS_PER_WORKER = 4;

export interface PlanOptions {
  readonly config: BatchConfig;
  readonly runId: string;
  readonly files: readonly InputFile[];
  readonly workers: number;
  /** Opens a file and checks its columns. */
  readonly open: (file: InputFile, use: (source: FileSource) => Promise<void>) => Promise<void>;
}

/**
 * Decides what a run is to do. Files of this machine are opened, so that what is wrong with any of them is told before
 * hours of work; of those in stores the first. Parquet files of this machine are cut into ranges for several workers;
 * other files are read from their beginning to their end by one.
 */
export async function planRun({ config, runId, files, workers, open }: PlanOptions): Promise<RunManifest> {
  const shardRows = config.batch.shards.rows;
  const units: Unit[] = [];
  let types: readonly string[] | undefined;
  for (const [file, input] of files.entries()) {
    const local = listedLocation(input.uri).kind === 'local';
    let rows: number | undefined;
    if (local || types === undefined) {
      await open(input, async (source) => {
        types ??= source.passthroughTypes;
        checkTypes(types, source, input, config);
        if (local) rows = source.rowCount;
      });
    }
    units.push(
      ...(rows === undefined ? [{ file, from: 0, to: null }] : ranges(file, rows, shardRows, workers)),
    );
  }
  const { name, version, digest } = config.model;
  return {
    version: 1,
    runId,
    job: config.job,
    startedAt: new Date().toISOString(),
    model: { name, version, digest },
    fingerprint: fingerprint(config),
    shardRows,
    files,
    passthroughTypes: types ?? [],
    units,
  };
}

function ranges(file: number, rows: number, shardRows: number, workers: number): Unit[] {
  const shards = Math.ceil(rows / shardRows);
  const unitRows =
    workers === 1 ? rows : shardRows * Math.max(1, Math.ceil(shards / (workers * UNITS_PER_WORKER)));
  if (rows === 0) return [{ file, from: 0, to: 0 }];
  const units: Unit[] = [];
  for (let from = 0; from < rows; from += unitRows)
    units.push({ file, from, to: Math.min(rows, from + unitRows) });
  return units;
}

/** @throws BatchError BATCH_COLUMN_TYPE: columns passed through have one type in all results. */
export function checkTypes(
  types: readonly string[],
  { passthroughTypes }: FileSource,
  { uri }: InputFile,
  { batch }: BatchConfig,
): void {
  const at = types.findIndex((type, i) => type !== passthroughTypes[i]);
  if (at < 0) return;
  throw new BatchError({
    code: 'BATCH_COLUMN_TYPE',
    at: `${uri}: ${batch.input.passthrough[at]}`,
    what: 'the column has another type than in the files before',
    got: passthroughTypes[at]!,
    allowed: types[at]!,
    remedy: 'Write the files with the same types, or score them in runs of their own.',
  });
}
