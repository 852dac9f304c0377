import { statSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { Command } from 'commander';
import { type CliIo, UsageError } from './cli-io';
import { formatBytes } from './format';
import { type CommandResult, runCommand } from './run-command';

/** `inferstack model pack <directory> --out <file.tar.gz>` */
export function modelPackCommand(io: CliIo): Command {
  return new Command('pack')
    .description('check a model package and write it as one archive, the same bytes every time')
    .argument('<directory>', 'the model package')
    .requiredOption('--out <file>', 'the .tar.gz to write; replaced if it exists')
    .action((directory: string, options: { json: boolean; out: string }) =>
      runCommand(io, options, async () => pack(directory, options.out)),
    );
}

function pack(directory: string, out: string): CommandResult {
  if (!/\.(tar\.gz|tgz)$/.test(out)) throw new UsageError(`--out ${out}: the name must end in .tar.gz`);
  if (isInside(path.resolve(directory), path.resolve(out))) {
    throw new UsageError(`--out ${out}: the archive would become a part of the package; write it elsewhere`);
  }
  const pkg = openModelPackage(directory);
  writeModelArchive(pkg, out);
  const archive = { file: path.resolve(out), bytes: statSync(out).size };
  return {
    ok: true,
    json: { name: pkg.manifest.name, version: pkg.manifest.version, digest: pkg.digest, archive },
    text: `${out}  ${formatBytes(archive.bytes)}\n${pkg.digest}`,
  };
}

function isInside(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}
