import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Baseline, BatchConfig } from '../contract';
import type { ModelInstance } from '../inference';
import type { Background } from './background';
import { type Block, sliceBlock } from './files/block';
import type { FileSource } from './files/file-source';
import type { ModelField } from './model-fields';
import { BatchError } from './problems';
import { QuarantineWriter } from './quarantine';
import type { Commit, Commits } from './run/commits';
import { LAYOUT, shardName } from './run/layout';
import { outputExtension, predictionPrefix, type RunManifest } from './run/run-manifest';
import { type ScoredBlock, scoreBlock } from './score-block';
import type { ShardWriter } from './shard-writer';
import { StatisticsCollector } from './statistics';
import type { BatchStore } from './stores/store';

/** What all units of a job share. */
export interface RunnerParts {
  readonly config: BatchConfig;
  readonly manifest: RunManifest;
  readonly instance: ModelInstance;
  readonly baseline: Baseline | undefined;
  readonly fields: readonly ModelField[];
  /** Two: one takes the rows of a shard while the other writes the shard before it. */
  readonly writers: readonly ShardWriter[];
  /** Where shards are written and committed while the next one is scored; whoever runs units waits for it at the end. */
  readonly background: Background;
  readonly store: BatchStore;
  readonly commits: Commits;
  /** Where files are written before they are uploaded. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Blocks that are under way at once. */
  readonly inFlight: number;
  /** Is told about rows as they are done. @throws BatchError to stop the job */
  readonly onRows: (rows: number, bad: number) => void;
}

interface OpenShard {
  readonly part: number;
  readonly from: number;
  readonly writer: ShardWriter;
  readonly statistics: StatisticsCollector;
  readonly quarantine: QuarantineWriter;
  readonly token: string;
}

/**
 * Scores one unit, shard by shard, from the first one that is not committed. The last shard may still be on its way to
 * the store when a run has ended.
 */
export class UnitRunner {
  private readonly underWay: Promise<ScoredBlock>[] = [];
  private shard: OpenShard | undefined;
  private readonly start: number;
  private readonly now: number;
  /** Position after the last row read. */
  private position = 0;
  private source: FileSource | undefined;

  constructor(
    private readonly parts: RunnerParts,
    private readonly unit: number,
    private readonly done: ReadonlyMap<string, Commit>,
  ) {
    this.start = parts.manifest.units[unit]!.from;
    this.now = Date.parse(parts.manifest.startedAt);
  }

  async run(source: FileSource, firstPart: number): Promise<void> {
    const { units, shardRows } = this.parts.manifest;
    const from = this.start + firstPart * shardRows;
    const to = units[this.unit]!.to ?? undefined;
    this.position = from;
    this.source = source;
    try {
      if (to === undefined || to > from)
        for await (const block of source.blocks(from, to)) await this.take(block);
      await this.finish(source);
    } catch (error) {
      // What is under way must come to its end before anything it uses is closed.
      await Promise.allSettled([...this.underWay, this.parts.background.settled()]);
      if (error instanceof BatchError && error.code === 'BATCH_TOO_MANY_BAD_ROWS') await this.keepEvidence();
      throw error;
    }
  }

  /** Cuts a block where shards end, and where runs of the model would be too long. */
  private async take(block: Block): Promise<void> {
    const { manifest, config, instance, signal, background } = this.parts;
    const longest = instance.rows.batched ? config.execution.batchRows : 1;
    for (let at = 0; at < block.rows; ) {
      signal.throwIfAborted();
      background.throwIfFailed();
      const row = block.firstRow + at - this.start;
      const part = Math.floor(row / manifest.shardRows);
      const left = (part + 1) * manifest.shardRows - row;
      const end = Math.min(block.rows, at + Math.min(left, longest));
      if (this.shard !== undefined && this.shard.part !== part) await this.close(false);
      if (!this.done.has(shardName(this.unit, part))) await this.score(part, sliceBlock(block, at, end));
      this.position = block.firstRow + end;
      at = end;
    }
  }

  private async score(part: number, block: Block): Promise<void> {
    this.shard ??= await this.open(part);
    const scored = scoreBlock(this.parts.instance, block, this.now);
    // Taken in the order of the rows: one that fails before its turn is no failure that nobody looks at.
    scored.catch(() => undefined);
    this.underWay.push(scored);
    if (this.underWay.length >= this.parts.inFlight) await this.collect();
  }

  /** Results are taken in the order of the rows, whichever is ready first. */
  private async collect(): Promise<void> {
    const { writer, statistics, quarantine } = this.shard!;
    const scored = await this.underWay[0]!;
    this.underWay.shift();
    writer.append(scored);
    statistics.add(scored);
    if (scored.bad.length > 0) await quarantine.add(scored.block, scored.bad);
    this.parts.onRows(scored.block.rows, scored.bad.length);
  }

  private async open(part: number): Promise<OpenShard> {
    const { manifest, instance, baseline, fields, config, directory } = this.parts;
    const writer = await this.freeWriter();
    await writer.begin(this.source!);
    const token = randomUUID().slice(0, 8);
    const file = path.join(directory, `${shardName(this.unit, part)}.${token}.quarantine`);
    const { classes, decisions } = instance.prediction!;
    const source = manifest.files[manifest.units[this.unit]!.file]!.uri;
    return {
      part,
      from: this.start + part * manifest.shardRows,
      writer,
      statistics: new StatisticsCollector(instance.manifest, baseline, classes, decisions),
      quarantine: new QuarantineWriter(file, source, fields, config.batch.input.passthrough),
      token,
    };
  }

  /** The end of the unit: its last shard also has the lines that are no rows, and is there even without rows. */
  private async finish(source: FileSource): Promise<void> {
    const lost = source.lostLines();
    const { shardRows } = this.parts.manifest;
    if (this.shard === undefined) {
      const part = Math.floor((this.position - this.start) / shardRows);
      // Others have done the rest.
      if (this.done.has(shardName(this.unit, part)) || this.done.get(shardName(this.unit, part - 1))?.last)
        return;
      this.shard = await this.open(part);
    }
    while (this.underWay.length > 0) await this.collect();
    this.shard.statistics.addLost(lost);
    await this.shard.quarantine.addLost(lost);
    if (lost.length > 0) this.parts.onRows(lost.length, lost.length);
    await this.close(true);
  }

  /** At most one shard is being written at a time: with two writers one of them is free. */
  private async freeWriter(): Promise<ShardWriter> {
    const { writers, background } = this.parts;
    const free = (): ShardWriter | undefined => writers.find(({ busy }) => !busy);
    if (free() === undefined) await background.settled();
    return free()!;
  }

  private async close(last: boolean): Promise<void> {
    while (this.underWay.length > 0) await this.collect();
    const shard = this.shard!;
    const to = Math.min(this.position, shard.from + this.parts.manifest.shardRows);
    this.shard = undefined;
    await this.parts.background.start(() => this.commit(shard, to, last));
  }

  /** Works on what it is given alone: the next shard is being scored meanwhile. */
  private async commit(open: OpenShard, to: number, last: boolean): Promise<void> {
    const { part, from, writer, statistics, quarantine, token } = open;
    const { manifest, commits, config } = this.parts;
    const shard = shardName(this.unit, part);
    const file = manifest.files[manifest.units[this.unit]!.file]!;
    const head = { file, prefix: predictionPrefix(manifest, file), from, to };
    const results = await writer.write(head, `${shard}.${token}.results`);
    const aside = await quarantine.close();
    const extension = outputExtension(config.batch.output);
    await commits.commit({ unit: this.unit, part, from, to, last, token, statistics: statistics.result() }, [
      ...(results === undefined ? [] : [{ path: results, final: LAYOUT.data(shard, extension) }]),
      ...(aside === undefined ? [] : [{ path: aside, final: LAYOUT.quarantine(shard) }]),
    ]);
  }

  /** The rows that made the job stop, for whoever looks for the cause. */
  private async keepEvidence(): Promise<void> {
    const aside = await this.shard?.quarantine.close();
    if (aside === undefined) return;
    await this.parts.store.upload(aside, LAYOUT.stopped(shardName(this.unit, this.shard!.part)));
  }
}
