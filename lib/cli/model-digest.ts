import { packageDigest } from '@inferstack/runtime/model';
import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { runCommand } from './run-command';

/** `inferstack model digest <directory>` */
export function modelDigestCommand(io: CliIo): Command {
  return new Command('digest')
    .description('print the digest that a deployment pins and the runtime checks')
    .argument('<directory>', 'the model package')
    .action((directory: string, options: { json: boolean }) =>
      runCommand(io, options, async () => {
        const digest = packageDigest(directory);
        return { ok: true, json: { ...digest }, text: digest.digest };
      }),
    );
}
