import { Command, InvalidArgumentError } from 'commander';
import type { UpOptions } from '../local';

/** `inferstack up <app>`: the app on this machine. */
export function upCommand(): Command {
  return new Command('up')
    .description(
      'start the endpoints of an app on this machine, with the configuration that would be deployed',
    )
    .argument('<app>', 'TypeScript or JavaScript file that creates the App')
    .option('--replicas <number>', 'replicas of each endpoint (default: minReplicas of the endpoint)', whole)
    .option('--port <number>', 'port of the first endpoint (default: 8080, or the next free one)', whole)
    .option('--endpoint <name>', 'start this endpoint only (default: all endpoints of the app)')
    .option(
      '--stable <directory>',
      'package that counts as deployed: try the rollout of the platform from it',
    )
    .option('--logs', 'show every line the replicas write', false)
    .option('--json', 'one JSON object a line instead of text', false)
    .action(async (app: string, options: UpOptions) => {
      // Loaded when it is needed: every other command would pay for it.
      const { runUp } = await import('../local/index.js');
      process.exitCode = await runUp(app, options);
    });
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}
