import { rm } from 'node:fs/promises';
import type { ShardStatistics } from '../statistics';
import type { BatchStore } from '../stores/store';
import { LAYOUT, shardName } from './layout';

/** What is known of a shard that is done. */
export interface Commit {
  readonly unit: number;
  readonly part: number;
  /** Rows of the file in it. */
  readonly from: number;
  readonly to: number;
  /** Whether the unit ends with it. */
  readonly last: boolean;
  /** Tells the work of one worker from that of another on the same shard. */
  readonly token: string;
  /** Final names of the files it consists of, by their names in work. */
  readonly files: readonly { readonly work: string; readonly final: string }[];
  readonly statistics: ShardStatistics;
}

/** A file of a shard, written and not yet committed. */
export interface WrittenFile {
  readonly path: string;
  readonly final: string;
}

/**
 * Shards that are done. A shard is uploaded under a name of its own, committed by a record that only one worker can
 * create, and then given its final names. So whoever is killed, and however often a shard is computed: its rows are in
 * the results once. What happens after the record can be done by anybody, any number of times.
 */
export class Commits {
  /** Records by key: once made, they do not change. */
  private readonly known = new Map<string, Commit>();

  constructor(private readonly store: BatchStore) {}

  /** Every record, by shard. */
  async all(): Promise<Map<string, Commit>> {
    const files = await this.store.list(LAYOUT.commits);
    const keys = files.map(({ key }) => key).filter((key) => key.endsWith('.json'));
    const added = keys.filter((key) => !this.known.has(key));
    for (let i = 0; i < added.length; i += PARALLEL_READS)
      await Promise.all(added.slice(i, i + PARALLEL_READS).map((key) => this.learn(key)));
    const commits = keys.flatMap((key) => this.known.get(key) ?? []);
    return new Map(commits.map((commit) => [shardName(commit.unit, commit.part), commit]));
  }

  private async learn(key: string): Promise<void> {
    const text = await this.store.read(key);
    if (text !== undefined) this.known.set(key, JSON.parse(text) as Commit);
  }

  /**
   * Finishes what was committed by workers that were killed before they could; removes what was not.
   *
   * @param done whether the run was summed up before: its results may have been taken elsewhere since.
   */
  async tidy(commits: Iterable<Commit>, done: boolean): Promise<void> {
    const files = await Promise.all(
      ['data/', 'quarantine/', 'work/'].map((folder) => this.store.list(folder)),
    );
    const there = new Set(files.flat().map(({ key }) => key));
    const open = ({ work, final }: Commit['files'][number]) =>
      !there.has(final) && (!done || there.has(work));
    for (const commit of commits) {
      const files = commit.files.filter(open);
      if (files.length > 0) await this.publish({ files });
    }
    for (const { key } of await this.store.list('work/')) await this.store.remove(key);
  }

  /** @returns the record that holds: another worker's if it was first. */
  async commit(record: Omit<Commit, 'files'>, files: readonly WrittenFile[]): Promise<Commit> {
    const shard = shardName(record.unit, record.part);
    const placed: { work: string; final: string }[] = [];
    for (const [i, { path, final }] of files.entries()) {
      const work = LAYOUT.work(shard, record.token, i);
      placed.push({ work, final });
      try {
        await this.store.upload(path, work);
      } catch (error) {
        // The run may be summed up by now, and work tidied away: the shard is another worker's then.
        const first = await this.first(shard);
        if (first === undefined) throw error;
        return this.follow(first, placed);
      } finally {
        await rm(path, { force: true });
      }
    }
    const commit: Commit = { ...record, files: placed };
    if (await this.store.create(LAYOUT.commit(shard), `${JSON.stringify(commit)}\n`)) {
      await this.publish(commit);
      return commit;
    }
    return this.follow((await this.first(shard))!, placed);
  }

  private async first(shard: string): Promise<Commit | undefined> {
    const text = await this.store.read(LAYOUT.commit(shard));
    return text === undefined ? undefined : (JSON.parse(text) as Commit);
  }

  /** Throws away what was written for a shard that another worker has committed. */
  private async follow(first: Commit, written: Commit['files']): Promise<Commit> {
    for (const { work } of written) await this.store.remove(work);
    await this.publish(first);
    return first;
  }

  /** Gives the files of a committed shard their final names, those that have them not. */
  private async publish({ files }: Pick<Commit, 'files'>): Promise<void> {
    for (const { work, final } of files) {
      if ((await this.store.stat(final)) === undefined) await this.store.rename(work, final);
    }
  }
}

const PARALLEL_READS = 16;

/** The parts of a unit that are missing from what is committed, or undefined when the unit is complete. */
export function firstMissing(commits: ReadonlyMap<string, Commit>, unit: number): number | undefined {
  for (let part = 0; ; part++) {
    const commit = commits.get(shardName(unit, part));
    if (commit === undefined) return part;
    if (commit.last) return undefined;
  }
}
