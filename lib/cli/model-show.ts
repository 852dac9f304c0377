import path from 'node:path';
import { inspectOnnx, openModelPackage } from '@inferstack/runtime/model';
import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { packageText } from './package-text';
import { type CommandResult, runCommand } from './run-command';

/** `inferstack model show <directory>` */
export function modelShowCommand(io: CliIo): Command {
  return new Command('show')
    .description('show the signature, card, metrics, graph and files of a model package')
    .argument('<directory>', 'the model package')
    .action((directory: string, options: { json: boolean }) =>
      runCommand(io, options, async () => show(io, directory)),
    );
}

function show(io: CliIo, directory: string): CommandResult {
  const pkg = openModelPackage(directory);
  const graph = inspectOnnx(path.join(pkg.directory, pkg.manifest.graph));
  const { manifest, digest, bytes, files, samples, baseline } = pkg;
  return {
    ok: true,
    json: {
      manifest,
      digest,
      bytes,
      files,
      graph,
      samples: samples.length,
      baselineRows: baseline?.rows ?? null,
    },
    text: packageText(io, pkg, graph),
  };
}
