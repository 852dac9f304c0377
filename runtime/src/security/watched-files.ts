import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type FeatureProblemCode, type Problem, ProblemError } from '../contract';
import type { SecurityCode } from './problems';

export interface WatchedFile {
  /** Field of the configuration that names it. */
  readonly field: string;
  readonly path: string;
}

export interface WatchOptions<T> {
  /** Read together, as one thing. */
  readonly files: readonly WatchedFile[];
  readonly unreadable: SecurityCode | FeatureProblemCode;
  /** @throws ProblemError for contents that must not be used. */
  readonly parse: (contents: readonly Buffer[]) => T;
  /** Told once of each state of the files that cannot be used; the last good one stays. */
  readonly onProblem: (problems: readonly Problem[]) => void;
  /** Time between two readings, milliseconds. */
  readonly pollMs: number;
}

interface Reading {
  readonly digest: string;
  readonly contents: readonly Buffer[];
  readonly problems: readonly Problem[];
}

/**
 * Something read from files, and read again when they change. The contents are compared, not the times: secrets that
 * are mounted change by a link somewhere above, and network file systems tell nobody. A change counts when two readings
 * agree, so that files which are being written are not taken for ready.
 */
export class WatchedFiles<T> {
  /** @throws ProblemError when the files cannot be used now. */
  static async open<T>(options: WatchOptions<T>): Promise<WatchedFiles<T>> {
    const reading = await read(options);
    if (reading.problems.length > 0) throw new ProblemError(reading.problems);
    return new WatchedFiles(options, reading.digest, options.parse(reading.contents));
  }

  private readonly listeners = new Set<(value: T) => void>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** What the last reading saw. */
  private seen: string;
  private refused: string | undefined;

  private constructor(
    private readonly options: WatchOptions<T>,
    private applied: string,
    private value: T,
  ) {
    this.seen = applied;
    this.schedule();
  }

  get current(): T {
    return this.value;
  }

  onChange(listener: (value: T) => void): void {
    this.listeners.add(listener);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.poll(), this.options.pollMs).unref();
  }

  private async poll(): Promise<void> {
    const reading = await read(this.options);
    if (this.closed) return;
    const settled = reading.digest === this.seen;
    this.seen = reading.digest;
    if (reading.digest === this.applied) this.refused = undefined;
    else if (settled && reading.digest !== this.refused) this.apply(reading);
    this.schedule();
  }

  private apply({ digest, contents, problems }: Reading): void {
    try {
      if (problems.length > 0) throw new ProblemError(problems);
      this.value = this.options.parse(contents);
      for (const listener of this.listeners) listener(this.value);
      this.applied = digest;
      this.refused = undefined;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.refused = digest;
      this.options.onProblem(error.problems);
    }
  }
}

async function read<T>({ files, unreadable }: WatchOptions<T>): Promise<Reading> {
  const hash = createHash('sha256');
  const contents: Buffer[] = [];
  const problems: Problem[] = [];
  for (const { field, path } of files) {
    try {
      const content = await readFile(path);
      hash.update(`${content.length}:`).update(content);
      contents.push(content);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const what = `the file cannot be read: ${code ?? String(error)}`;
      const remedy = `Mount the file so that this process may read it, or correct ${field}.`;
      problems.push({ code: unreadable, at: field, what, got: path, remedy });
      hash.update(`!${code}`);
    }
  }
  return { digest: hash.digest('base64'), contents, problems };
}
