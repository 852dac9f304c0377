import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import * as tar from 'tar';
import { type Problem, ProblemError, show } from '../contract';
import { leadsOutside } from './package-path';

export interface ExtractLimits {
  /** Size of all files together. @default 68719476736 (64 GiB) */
  readonly maxBytes?: number;
  /** Files and directories. @default 10000 */
  readonly maxEntries?: number;
}

const FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

/**
 * Unpacks an archive that `writeModelArchive` or plain `tar -czf x.tar.gz -C <directory> .` made. Only regular files
 * and directories are accepted, all inside `directory`, with the limits checked before anything is written; names that
 * start with a dot are left out as in the digest.
 *
 * @param directory that does not exist yet or is empty. What was written stays when extraction fails.
 * @throws ProblemError ARCHIVE_INVALID, ARCHIVE_FORBIDDEN, ARCHIVE_TOO_LARGE.
 */
export async function extractModelArchive(
  file: string,
  directory: string,
  limits: ExtractLimits = {},
): Promise<void> {
  fs.mkdirSync(directory, { recursive: true });
  if (fs.readdirSync(directory).length > 0) throw notEmpty(directory);
  const extraction = new Extraction(file, path.resolve(directory), limits);
  await extraction.run();
}

class Extraction {
  private failure: Error | undefined;
  private complete = false;
  private bytes = 0;
  private entries = 0;
  private readonly writes: Promise<void>[] = [];
  private readonly targets: fs.WriteStream[] = [];
  private readonly maxBytes: number;
  private readonly maxEntries: number;

  constructor(
    private readonly file: string,
    private readonly directory: string,
    { maxBytes = 64 * 1024 ** 3, maxEntries = 10_000 }: ExtractLimits,
  ) {
    this.maxBytes = maxBytes;
    this.maxEntries = maxEntries;
  }

  async run(): Promise<void> {
    await this.feed().catch((error: Error) => this.fail(error));
    // The entry that an archive was cut off in never ends by itself.
    if (this.failure !== undefined) for (const target of this.targets) target.destroy();
    await Promise.all(this.writes);
    if (this.failure !== undefined) throw asProblem(this.file, this.failure);
  }

  /** By hand, not piped: the parser is no stream of Node.js, and reading must stop at the first failure. */
  private async feed(): Promise<void> {
    const parser = new tar.Parser({ strict: true, onReadEntry: (entry) => this.accept(entry) });
    parser.on('error', (error: Error) => this.fail(error));
    // The two empty blocks at the end of every archive: without them files may be missing.
    parser.on('eof', () => {
      this.complete = true;
    });
    for await (const chunk of fs.createReadStream(this.file)) {
      const ready = parser.write(chunk as Buffer);
      if (this.failure !== undefined) return;
      if (!ready) await once(parser, 'drain');
    }
    if (this.failure !== undefined) return;
    const end = once(parser, 'end');
    parser.end();
    await end;
    if (!this.complete) throw new Error('it ends early');
  }

  private fail(error: Error): void {
    this.failure ??= error;
  }

  /** Writes one entry or skips it; after a failure all that still come are skipped. */
  private accept(entry: tar.ReadEntry): void {
    this.entries++;
    this.bytes += entry.size;
    const problem = this.check(entry);
    if (problem !== undefined) this.fail(new ProblemError([problem]));
    const steps = stepsOf(entry.path);
    const hidden = steps.some((step) => step.startsWith('.'));
    if (this.failure !== undefined || hidden || !FILES.has(entry.type)) entry.resume();
    else this.writes.push(this.write(entry, path.join(this.directory, ...steps)));
  }

  private async write(entry: tar.ReadEntry, target: string): Promise<void> {
    try {
      fs.mkdirSync(path.dirname(target), { recursive: true });
      // wx: a name that comes twice is refused rather than overwritten.
      const stream = fs.createWriteStream(target, { flags: 'wx', mode: 0o644 });
      this.targets.push(stream);
      await finished(entry.pipe(stream));
    } catch (error) {
      this.fail(error as Error);
      entry.resume();
    }
  }

  private check(entry: tar.ReadEntry): Problem | undefined {
    if (!FILES.has(entry.type) && entry.type !== 'Directory') {
      return this.forbidden(`the entry is a ${entry.type}`, entry.path, 'regular files and directories');
    }
    if (leadsOutside(entry.path)) {
      return this.forbidden('the entry leads outside the package', entry.path, 'relative paths without ..');
    }
    if (this.entries > this.maxEntries) return this.tooLarge('entries', this.entries, this.maxEntries);
    if (this.bytes > this.maxBytes) return this.tooLarge('bytes', this.bytes, this.maxBytes);
    return undefined;
  }

  private forbidden(what: string, got: string, allowed: string): Problem {
    const remedy = 'Do not use this archive; pack the model again with `inferstack model pack`.';
    return { code: 'ARCHIVE_FORBIDDEN', at: this.file, what, got: show(got), allowed, remedy };
  }

  private tooLarge(unit: string, got: number, max: number): Problem {
    return {
      code: 'ARCHIVE_TOO_LARGE',
      at: this.file,
      what: `the archive unpacks to too many ${unit}`,
      got: `${got} or more`,
      allowed: `at most ${max}`,
      remedy: 'Check that it is the archive of one model package.',
    };
  }
}

const stepsOf = (entryPath: string): string[] =>
  entryPath.split('/').filter((step) => step !== '' && step !== '.');

function notEmpty(directory: string): ProblemError {
  return new ProblemError([
    {
      code: 'ARCHIVE_FORBIDDEN',
      at: directory,
      what: 'the directory to unpack into is not empty',
      allowed: 'a new or empty directory',
      remedy: 'Choose another directory.',
    },
  ]);
}

function asProblem(file: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError([
    {
      code: 'ARCHIVE_INVALID',
      at: file,
      what: `the archive cannot be unpacked: ${(error as Error).message}`,
      allowed: 'a complete .tar.gz with one model package',
      remedy: 'Download or pack it again.',
    },
  ]);
}
