import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { throwProblems } from '@inferstack/runtime/contract';

/** What another process of the same user needs to know of a run. */
export interface RunState {
  readonly pid: number;
  /** Lets its holder act on the rollouts of this run. */
  readonly key: string;
  readonly endpoints: readonly { readonly name: string; readonly managementUrl: string }[];
}

const STATE_FILE = 'run.json';

/**
 * A directory of one run, which only its user can read: the key of the run, where its endpoints are managed, and how its
 * rollouts ended. Removed with the run.
 */
export class RunFolder {
  readonly directory = path.join(runsDirectory(), `up-${process.pid}-${randomBytes(4).toString('hex')}`);

  /** @throws ProblemError LOCAL_STATE */
  create(): void {
    const parent = runsDirectory();
    make(parent);
    if (!isPrivate(parent)) throwProblems([notPrivate(parent)]);
    make(this.directory);
  }

  publish(state: RunState): void {
    const draft = path.join(this.directory, `${STATE_FILE}.draft`);
    writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
    renameSync(draft, path.join(this.directory, STATE_FILE));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The runs of this user that are alive; what those that were killed left is removed. */
export function readRuns(): RunState[] {
  const parent = runsDirectory();
  if (!isPrivate(parent)) return [];
  return readdirSync(parent).flatMap((name) => {
    const pid = /^up-([1-9]\d*)-/.exec(name)?.[1];
    if (pid === undefined) return [];
    const directory = path.join(parent, name);
    if (!isAlive(Number(pid))) {
      rmSync(directory, { recursive: true, force: true });
      return [];
    }
    return readState(path.join(directory, STATE_FILE));
  });
}

/** Not there while the run starts or ends. */
function readState(file: string): RunState[] {
  try {
    return [JSON.parse(readFileSync(file, 'utf8')) as RunState];
  } catch {
    return [];
  }
}

function runsDirectory(): string {
  const own = process.env['XDG_RUNTIME_DIR'];
  const parent = own !== undefined && isUsable(own) ? own : tmpdir();
  return path.join(parent, `inferstack-${userInfo().uid}`);
}

/** After `su`, or in a container, it may name the directory of another user, or one that nobody made. */
function isUsable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return path.isAbsolute(directory);
  } catch {
    return false;
  }
}

function make(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throwProblems([cannotBeMade(directory, error)]);
  }
}

/** In a directory for everybody, somebody else may have made it first. */
function isPrivate(directory: string): boolean {
  try {
    const found = lstatSync(directory);
    // Windows has neither users nor modes here; its temporary directory is the user's own.
    const own = process.platform === 'win32' || (found.uid === userInfo().uid && (found.mode & 0o077) === 0);
    return found.isDirectory() && own;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const cannotBeMade = (directory: string, error: unknown) => ({
  code: 'LOCAL_STATE',
  at: directory,
  what: 'the directory for the keys of runs cannot be made',
  got: (error as NodeJS.ErrnoException).code ?? String(error),
  remedy: 'Set XDG_RUNTIME_DIR to a directory of your own.',
});

const notPrivate = (directory: string) => ({
  code: 'LOCAL_STATE',
  at: directory,
  what: 'the directory for the keys of runs is not private',
  allowed: 'a directory of this user, with mode 0700',
  remedy: 'Remove it, or set XDG_RUNTIME_DIR to a directory of your own.',
});
