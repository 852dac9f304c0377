import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Baseline, BatchConfig } from '../contract';
import type { ModelInstance } from '../inference';
import { cpuBudget } from '../inference/execution/cpu-budget';
import type { Logger } from '../logging';
import { Background } from './background';
import { FileEngine } from './files/engine';
import { type FetchedFile, fetchFile } from './files/fetch-file';
import type { FileSource } from './files/file-source';
import { type InputFile, listInputs } from './files/list-inputs';
import { openSource } from './files/open-source';
import { type ModelField, modelFields } from './model-fields';
import { BatchError } from './problems';
import { Progress } from './progress';
import { publishReport } from './report/publish-report';
import type { RunReport } from './report/run-report';
import { agreeListing, type Listing } from './run/agree-listing';
import { type Assignments, IndexAssignments, LeaseAssignments } from './run/assignments';
import { Commits, firstMissing } from './run/commits';
import { checkTypes, planRun } from './run/plan-run';
import { beginRun, type RunManifest, readRun, runIdOf } from './run/run-manifest';
import { executionName, givenRunId } from './run/run-names';
import { type WorkerNumber, workerNumber } from './run/worker-number';
import { ShardWriter } from './shard-writer';
import { diskError } from './stores/local-store';
import { parseBatchUri } from './stores/location';
import { makeFolder } from './stores/make-folder';
import { openStore } from './stores/open-store';
import type { BatchStore } from './stores/store';
import { type RunnerParts, UnitRunner } from './unit-runner';

export interface BatchJobOptions {
  readonly instance: ModelInstance;
  readonly baseline: Baseline | undefined;
  readonly logger: Logger;
  /** Where files are kept while they are worked on. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** A terminal to draw a bar on. @default - the log tells how far the job is */
  readonly terminal?: NodeJS.WriteStream | undefined;
}

/** What a worker has done. */
export interface BatchOutcome {
  readonly runId: string;
  /** Address of the folder of the run. */
  readonly folder: string;
  /** By this worker, now. */
  readonly rows: number;
  readonly bad: number;
  readonly seconds: number;
  /** Of the whole run; undefined while other workers are at it. */
  readonly report: RunReport | undefined;
}

/** @throws BatchError BATCH_INPUT_UNPINNED: tomorrow's content would be taken for what was scored today. */
function checkPinned(files: readonly InputFile[]): void {
  const unpinned = files.filter(({ etag }) => etag === '');
  if (unpinned.length === 0) return;
  const problems = unpinned.map(({ uri }) => ({
    ...{ code: 'BATCH_INPUT_UNPINNED' as const, at: uri },
    what: 'the server tells nothing by which a changed file would be known',
    allowed: 'an ETag or Last-Modified header, or a run that has a name',
    remedy: 'Name each run (runId, INFERSTACK_RUN_ID), or serve the file with an ETag.',
  }));
  throw new BatchError(...problems);
}

/** One worker of a run: takes units until there are none left, and sums the run up if it is the last. */
export class BatchJob {
  /** @throws BatchError, LoadingError */
  static async run(config: BatchConfig, options: BatchJobOptions): Promise<BatchOutcome> {
    const directory = path.join(options.directory, `batch-${randomUUID()}`);
    const spill = path.join(directory, 'spill');
    await makeFolder(spill).catch((error: unknown) => {
      throw diskError(error, options.directory);
    });
    const engine = await FileEngine.open({
      memoryBytes: config.execution.memoryBytes,
      directory: spill,
    });
    try {
      return await new BatchJob(config, options, directory, engine).work();
    } finally {
      engine.close();
      await rm(directory, { recursive: true, force: true });
    }
  }

  private readonly worker: WorkerNumber;
  private readonly fields: readonly ModelField[];
  private readonly background = new Background();
  private store!: BatchStore;
  private commits!: Commits;
  private manifest!: RunManifest;

  private constructor(
    private readonly config: BatchConfig,
    private readonly options: BatchJobOptions,
    private readonly directory: string,
    private readonly engine: FileEngine,
  ) {
    const { shards, input } = config.batch;
    this.worker =
      shards.assignment === 'lease'
        ? { index: 0, count: shards.workers }
        : workerNumber(shards, options.environment);
    this.fields = modelFields(options.instance.manifest, input);
  }

  private async work(): Promise<BatchOutcome> {
    this.manifest = await this.begin();
    const { manifest, options } = this;
    const { runId } = manifest;
    const begun = { files: manifest.files.length, units: manifest.units.length, worker: this.worker };
    options.logger.info(
      { event: 'batch_begin', runId, folder: this.store.shown, ...begun },
      'scoring begins',
    );
    const done = await this.commits.all();
    const progress = new Progress({
      logger: options.logger,
      everyMs: this.config.batch.progressMs,
      totalRows: this.openRows(done),
      terminal: options.terminal,
    });
    try {
      await this.score(progress);
    } finally {
      progress.close();
    }
    const { store, commits } = this;
    const report = await publishReport({ manifest, commits, store, baseline: options.baseline });
    return { runId, folder: store.shown, ...progress.counted, report };
  }

  /** Takes up a run that was begun, else begins one. */
  private async begin(): Promise<RunManifest> {
    const { config, options } = this;
    const { batch } = config;
    const named = givenRunId(options.environment) ?? batch.runId ?? undefined;
    if (named !== undefined) {
      await this.openRun(named);
      const begun = await readRun(this.store, config);
      if (begun !== undefined) return begun;
    }
    const { runId, files } = await this.listing(named);
    await this.openRun(runId);
    const begun = await readRun(this.store, config);
    if (begun !== undefined) return begun;
    const workers = this.worker.count;
    const planned = await planRun({
      config,
      runId,
      files,
      workers,
      open: (file, use) => this.withSource(file, use),
    });
    return beginRun(this.store, planned, config);
  }

  /** A run that has a name is agreed on by that; others by what the first worker found. */
  private async listing(named: string | undefined): Promise<Listing> {
    const { config, options } = this;
    const list = async (): Promise<Listing> => {
      const files = await listInputs(config.batch.input);
      if (named === undefined) checkPinned(files);
      return { runId: runIdOf(config, files, named), files };
    };
    const execution = named === undefined ? executionName(options.environment) : undefined;
    if (execution === undefined) return list();
    return agreeListing(await openStore(parseBatchUri(config.batch.output.uri)), execution, list);
  }

  private async openRun(runId: string): Promise<void> {
    const { uri } = this.config.batch.output;
    this.store = await openStore(parseBatchUri(`${uri.replace(/\/+$/, '')}/${runId}`));
    this.commits = new Commits(this.store);
  }

  private async score(progress: Progress): Promise<void> {
    const assignments = this.assignments();
    const connections = [await this.engine.connect(), await this.engine.connect()];
    const parts = this.runnerParts(connections, progress);
    const { background } = this;
    try {
      for await (const unit of assignments.next()) {
        await this.scoreUnit(unit, parts);
        // A unit that is given back must be done.
        if (this.config.batch.shards.assignment === 'lease') await background.settled();
      }
      await background.settled();
    } finally {
      assignments.close();
      await background.settled().catch(() => undefined);
      for (const connection of connections) connection.closeSync();
    }
  }

  private async scoreUnit(unit: number, parts: RunnerParts): Promise<void> {
    const done = await this.commits.all();
    const part = firstMissing(done, unit);
    if (part === undefined) return;
    const file = this.manifest.files[this.manifest.units[unit]!.file]!;
    await this.withSource(file, async (source) => {
      checkTypes(this.manifest.passthroughTypes, source, file, this.config);
      await new UnitRunner(parts, unit, done).run(source, part);
    });
  }

  private runnerParts(connections: readonly DuckDBConnection[], progress: Progress): RunnerParts {
    const { config, manifest, fields, store, commits, directory, options, background } = this;
    const { instance, baseline, signal } = options;
    const { output, input } = config.batch;
    const { passthrough } = input;
    const { passthroughTypes } = manifest;
    const writers = connections.map(
      (connection) =>
        new ShardWriter({ connection, instance, output, directory, passthrough, passthroughTypes }),
    );
    const inFlight = 2 * (config.execution.workers || cpuBudget()) + 2;
    const onRows = (rows: number, bad: number): void => this.count(progress, rows, bad);
    return {
      ...{ config, manifest, instance, baseline, fields, writers, background },
      ...{ store, commits, directory, signal, inFlight, onRows },
    };
  }

  /** @throws BatchError BATCH_TOO_MANY_BAD_ROWS */
  private count(progress: Progress, rows: number, bad: number): void {
    progress.add(rows, bad);
    const { errorThreshold } = this.config.batch;
    const total = progress.counted;
    if (total.rows < errorThreshold.minRows || total.bad <= errorThreshold.ratio * total.rows) return;
    throw new BatchError({
      code: 'BATCH_TOO_MANY_BAD_ROWS',
      at: this.store.shown,
      what: 'too many rows are bad',
      got: `${total.bad} of ${total.rows}`,
      allowed: `a share of ${errorThreshold.ratio}`,
      remedy:
        'Look at the rows in quarantine/ and stopped/ of the run; correct the data or the mapping of columns.',
    });
  }

  private async withSource(file: InputFile, use: (source: FileSource) => Promise<void>): Promise<void> {
    const { fields, config, options } = this;
    const { input } = config.batch;
    const fetched = await fetchFile(file, input.uris, path.join(this.directory, 'input'), options.signal);
    // Of its own: the results are written while the file is read.
    const connection = await this.engine.connect();
    try {
      const { passthrough } = input;
      await use(await openSource({ connection, path: fetched.path, file, fields, passthrough, input }));
    } finally {
      connection.closeSync();
      await this.release(fetched);
    }
  }

  /** A shard that is being written may still read the columns that are passed through. */
  private async release(fetched: FetchedFile): Promise<void> {
    if (fetched.release === undefined) return;
    await this.background.settled().catch(() => undefined);
    await fetched.release();
  }

  private assignments(): Assignments {
    const { manifest, store, commits, config, options } = this;
    const { assignment, leaseMs } = config.batch.shards;
    if (assignment === 'index') return new IndexAssignments(manifest.units.length, this.worker);
    const lease = { worker: randomUUID(), leaseMs, signal: options.signal };
    return new LeaseAssignments(manifest.units.length, store, commits, lease);
  }

  /** Rows this worker has before it, where the manifest knows them all. */
  private openRows(done: Awaited<ReturnType<Commits['all']>>): number | undefined {
    const { manifest, worker, config } = this;
    const anybodys = config.batch.shards.assignment === 'lease';
    const isMine = (unit: number): boolean => anybodys || unit % worker.count === worker.index;
    let rows = 0;
    for (const [unit, { from, to }] of manifest.units.entries()) {
      if (!isMine(unit)) continue;
      if (to === null) return undefined;
      rows += to - from;
    }
    for (const commit of done.values()) if (isMine(commit.unit)) rows -= commit.to - commit.from;
    return Math.max(0, rows);
  }
}
