import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { findGraph } from './import/find-graph';
import { importPackage } from './import/import-package';
import { replaySamples } from './import/replay-samples';
import { nameFrom } from './init/name-from';
import { type CommandResult, runCommand } from './run-command';

interface ImportOptions {
  readonly json: boolean;
  readonly to: string;
  readonly name?: string;
  readonly version: string;
  readonly rows?: string;
  readonly baseline?: string;
  readonly owner?: string;
  readonly intendedUse?: string;
  readonly trainingData?: string;
}

/** `inferstack model import <path> --to <directory>` */
export function modelImportCommand(io: CliIo): Command {
  return new Command('import')
    .description('make a package of an ONNX file or an MLflow model folder, and check it')
    .argument('<path>', 'a .onnx file, a folder with one, or an MLflow model folder with the ONNX flavor')
    .requiredOption('--to <directory>', 'where to create the package')
    .option('--name <name>', 'name of the model (default: as MLflow or the file has it)')
    .option('--version <version>', 'version of the model', '1')
    .option(
      '--rows <file>',
      'rows to run, CSV or Parquet: they become the golden samples (default: one of made-up inputs)',
    )
    .option('--baseline <file>', 'training rows, CSV or Parquet: their statistics become baseline.json')
    .option('--owner <text>', 'who answers for the model')
    .option('--intended-use <text>', 'what it may be used for')
    .option('--training-data <text>', 'what it was trained on')
    .action((from: string, options: ImportOptions) =>
      runCommand(io, options, () => importModel(from, options)),
    );
}

async function importModel(from: string, options: ImportOptions): Promise<CommandResult> {
  const found = findGraph(from);
  const directory = path.resolve(options.to);
  const { files, notes } = await importPackage({
    ...options,
    found,
    directory,
    name: options.name ?? nameFrom(found.name ?? found.file),
    card: options,
  });
  const created = [...files.map((file) => `created ${file}`), ...notes];
  const complete = [options.owner, options.intendedUse, options.trainingData].every((text) => text);
  if (!complete) {
    const next = `Fill in what \`inferstack model check ${path.relative('', directory)}\` names.`;
    return {
      ok: true,
      json: { directory, files, notes, checked: false },
      text: [...created, next].join('\n'),
    };
  }
  return checked(directory, files, notes, created);
}

/** With nothing left to fill in, the package must be sound. */
async function checked(
  directory: string,
  files: readonly string[],
  notes: readonly string[],
  created: readonly string[],
): Promise<CommandResult> {
  const pkg = openModelPackage(directory);
  const { total, failed, failures } = await replaySamples(pkg);
  return {
    ok: failed === 0,
    json: { directory, files, notes, checked: true, digest: pkg.digest, samples: { total, failed } },
    text: [...created, `checked: ${total - failed} of ${total} samples reproduced  ${pkg.digest}`].join('\n'),
    problems: failures,
  };
}
