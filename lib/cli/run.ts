import { BATCH_EXIT } from '@inferstack/runtime/contract';
import { Command, InvalidArgumentError } from 'commander';
import type { RunOptions } from '../local';

/** What the command ends with: that of the first worker that failed. */
export const RUN_EXIT_CODES = `
Exit codes:
  ${BATCH_EXIT.done}    everything is scored
  ${BATCH_EXIT.failed}    the app is wrong, or a worker failed: another call goes on where this one stopped
  ${BATCH_EXIT.badConfig}    wrong usage, or a configuration that cannot be
  ${BATCH_EXIT.modelRefused}    the model must not serve
  ${BATCH_EXIT.badData}    the data is wrong: no files, other columns, unreadable, too many bad rows
  ${BATCH_EXIT.timedOut}    the time of the job is over; what was committed stays
  130  stopped by a signal; what was committed stays
`;

/** `inferstack run <app> [job]`: a job of the app on this machine. */
export function runJobCommand(): Command {
  return new Command('run')
    .description('score the files of a job on this machine, with the configuration that would be deployed')
    .argument('<app>', 'TypeScript or JavaScript file that creates the App')
    .argument('[job]', 'name of the job, where the app has several')
    .option('--workers <number>', 'processes side by side (default: the parallelism of the job)', whole)
    .option('--logs', 'show every line the workers write', false)
    .action(async (app: string, job: string | undefined, options: RunOptions) => {
      // Loaded when it is needed: every other command would pay for it.
      const { runJob } = await import('../local/index.js');
      process.exitCode = await runJob(app, job, options);
    });
}

function whole(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number, 1 or more.');
}
