import { Command } from 'commander';
import type { CliIo } from './cli-io';
import type { RolloutFlags } from './rollout/run-rollout';
import { runCommand } from './run-command';

/** `inferstack rollout`: looks at rollouts by the runtime, and decides by hand. */
export function rolloutCommand(io: CliIo): Command {
  return new Command('rollout')
    .description('versions that take over from others: where they are, and deciding by hand')
    .addCommand(statusCommand(io))
    .addCommand(
      actionCommand(io, 'promote', 'give the candidate all requests, without waiting for its gates'),
    )
    .addCommand(actionCommand(io, 'rollback', 'give stable all requests, also after a promotion'))
    .addCommand(actionCommand(io, 'stop', 'end it without a judgement: stable gets all requests'));
}

function statusCommand(io: CliIo): Command {
  return withWhom(new Command('status').description('phase, share, gates with their figures, and verdict'))
    .addHelpText('after', '\nExit code 1: rejected or rolled back, or somebody cannot be asked.')
    .action(async (endpoint: string | undefined, flags: RolloutFlags) => {
      const { rolloutStatus } = await import('./rollout/run-rollout.js');
      await runCommand(io, flags, () => rolloutStatus(io, endpoint, flags));
    });
}

function actionCommand(io: CliIo, action: 'promote' | 'rollback' | 'stop', description: string): Command {
  return withWhom(new Command(action).description(description))
    .option('--reason <text>', 'why, for the audit log')
    .option(
      '--key-file <file>',
      'file with the key of an administrator (default: the key of `inferstack up`)',
    )
    .action(async (endpoint: string | undefined, flags: RolloutFlags) => {
      const { rolloutAction } = await import('./rollout/run-rollout.js');
      await runCommand(io, flags, () => rolloutAction(endpoint, flags, action));
    });
}

function withWhom(command: Command): Command {
  return command
    .argument('[endpoint]', 'name of an endpoint that `inferstack up` runs (default: the only one)')
    .option('--model <name>', 'name of the model (default: the only one that is rolled out)')
    .option(
      '--url <address>',
      'management listener of a deployment, http://host:9090; once for each replica',
      (url: string, before: string[]) => [...before, url],
      [] as string[],
    )
    .option('--json', 'JSON instead of text', false);
}
