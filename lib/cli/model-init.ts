import path from 'node:path';
import { Command } from 'commander';
import type { CliIo } from './cli-io';
import { createPackage } from './init/create-package';
import { nameFrom } from './init/name-from';
import { runCommand } from './run-command';

interface InitOptions {
  readonly json: boolean;
  readonly out?: string;
  readonly name?: string;
  readonly version: string;
}

/** `inferstack model init <file.onnx>` */
export function modelInitCommand(io: CliIo): Command {
  return new Command('init')
    .description('start a model package from an ONNX file; `model check` then tells what is left to fill in')
    .argument('<file.onnx>', 'the exported graph; external data beside it is copied along')
    .option('--out <directory>', 'where to create the package (default: <name>/<version>)')
    .option('--name <name>', 'name of the model (default: from the file name)')
    .option('--version <version>', 'version of the model', '1')
    .action((file: string, options: InitOptions) =>
      runCommand(io, options, async () => {
        const name = options.name ?? nameFrom(file);
        const directory = path.resolve(options.out ?? path.join(name, options.version));
        const { files, notes } = await createPackage({ file, directory, name, version: options.version });
        const next = `Fill in what \`inferstack model check ${path.relative('', directory)}\` names.`;
        return {
          ok: true,
          json: { directory, files, notes },
          text: [...files.map((created) => `created ${created}`), ...notes, next].join('\n'),
        };
      }),
    );
}
