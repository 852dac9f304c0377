import { throwProblems } from '@inferstack/runtime/contract';
import { Command } from 'commander';
import { LOCK_FILE, type LockEntries, readLock, writeLock } from '../core/model-lock';
import type { CliIo } from './cli-io';
import { type CommandResult, runCommand } from './run-command';

interface LockOptions {
  readonly json: boolean;
  readonly check: boolean;
}

/** One source whose entry differs. */
interface LockChange {
  readonly source: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** `inferstack model lock <apps...>` */
export function modelLockCommand(io: CliIo): Command {
  return new Command('lock')
    .description(`pin the models that apps take from registries, in ${LOCK_FILE}, and download them`)
    .argument('<apps...>', 'every app of this directory: the lock then holds their sources and no others')
    .option('--check', 'write nothing; exit code 1 when the lock would change', false)
    .action((apps: string[], options: LockOptions) =>
      runCommand(io, options, () => lock(apps, options.check)),
    );
}

async function lock(apps: readonly string[], check: boolean): Promise<CommandResult> {
  const { lockApps } = await import('../registries/index.js');
  const before = readLock() ?? {};
  const after = await lockApps(apps);
  const changes = changesBetween(before, after);
  if (check) refuse(changes);
  else writeLock(after);
  const sources = Object.entries(after).map(([source, { model, digest }]) => ({ source, model, digest }));
  return {
    ok: true,
    json: { file: LOCK_FILE, sources, changes },
    text: [
      ...sources.map(({ source, model, digest }) => `${source}\n  ${model}  ${digest}`),
      ...changes.map(changeText),
      changes.length === 0 ? `${LOCK_FILE} is up to date` : `wrote ${LOCK_FILE}: commit it`,
    ].join('\n'),
  };
}

function changesBetween(before: LockEntries, after: LockEntries): LockChange[] {
  const sources = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return sources
    .filter((source) => JSON.stringify(before[source]) !== JSON.stringify(after[source]))
    .map((source) => ({ source, from: shown(before, source), to: shown(after, source) }));
}

function shown(entries: LockEntries, source: string): string | null {
  const entry = entries[source];
  return entry === undefined ? null : `${entry.model} ${entry.digest.slice(0, 19)}`;
}

const changeText = ({ source, from, to }: LockChange): string =>
  `changed  ${source}: ${from ?? 'not locked'} -> ${to ?? 'no longer used'}`;

function refuse(changes: readonly LockChange[]): void {
  throwProblems(
    changes.map(({ source, from, to }) => ({
      code: 'LOCK_OUTDATED',
      at: source,
      what: 'the lock is not what the registry and the app say now',
      got: from ?? 'not locked',
      allowed: to ?? 'no entry: no app uses it',
      remedy: 'Run `npx inferstack model lock` without --check, review the change and commit it.',
    })),
    LOCK_FILE,
  );
}
