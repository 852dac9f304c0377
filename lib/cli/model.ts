import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { modelBaselineCommand } from './model-baseline';
import { modelCheckCommand } from './model-check';
import { modelDigestCommand } from './model-digest';
import { modelFetchCommand } from './model-fetch';
import { modelImportCommand } from './model-import';
import { modelInitCommand } from './model-init';
import { modelLockCommand } from './model-lock';
import { modelPackCommand } from './model-pack';
import { modelShowCommand } from './model-show';

/** `inferstack model ...`: model packages on disk, and from registries. */
export function modelCommand(io: CliIo): Command {
  const command = new Command('model').description(
    'create, check, show and pack model packages; pin those of registries',
  );
  for (const create of [
    modelInitCommand,
    modelImportCommand,
    modelBaselineCommand,
    modelCheckCommand,
    modelShowCommand,
    modelDigestCommand,
    modelPackCommand,
    modelLockCommand,
    modelFetchCommand,
  ]) {
    command.addCommand(
      create(io).option('--json', 'one JSON object on standard output instead of text', false),
    );
  }
  return command;
}
