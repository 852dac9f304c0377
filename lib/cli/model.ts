import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { modelCheckCommand } from './model-check';
import { modelDigestCommand } from './model-digest';
import { modelInitCommand } from './model-init';
import { modelPackCommand } from './model-pack';
import { modelShowCommand } from './model-show';

/** `inferstack model ...`: model packages on disk. */
export function modelCommand(io: CliIo): Command {
  const command = new Command('model').description('create, check, show and pack model packages');
  for (const create of [
    modelInitCommand,
    modelCheckCommand,
    modelShowCommand,
    modelDigestCommand,
    modelPackCommand,
  ]) {
    command.addCommand(
      create(io).option('--json', 'one JSON object on standard output instead of text', false),
    );
  }
  return command;
}
