import { ProblemError } from '@inferstack/runtime/contract';
import { Command } from 'commander';
import { LOCK_FILE, LOCK_REMEDY, readLock } from '../core/model-lock';
import type { CliIo } from './cli-io';
import { type CommandResult, runCommand } from './run-command';

/** `inferstack model fetch` */
export function modelFetchCommand(io: CliIo): Command {
  return new Command('fetch')
    .description(`download the packages that ${LOCK_FILE} names, and change nothing else; for build servers`)
    .action((options: { json: boolean }) => runCommand(io, options, fetchModels));
}

async function fetchModels(): Promise<CommandResult> {
  const entries = readLock();
  if (entries === undefined) {
    throw new ProblemError([
      {
        code: 'LOCK_MISSING',
        at: LOCK_FILE,
        what: 'there is no lock file in this directory',
        remedy: LOCK_REMEDY,
      },
    ]);
  }
  const { fetchLocked } = await import('../registries/index.js');
  const models = await fetchLocked(entries);
  return {
    ok: true,
    json: { models },
    text: models
      .map(
        ({ source, model, downloaded }) => `${downloaded ? 'downloaded' : 'in cache  '}  ${model}  ${source}`,
      )
      .join('\n'),
  };
}
