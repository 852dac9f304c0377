#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { type CliIo, processIo } from './cli-io';
import { modelCommand } from './model';
import { rehearseCommand } from './rehearse';
import { rolloutCommand } from './rollout';
import { RUN_EXIT_CODES, runJobCommand } from './run';
import { reportFailure } from './run-command';
import { upCommand } from './up';

const EXIT_CODES = `
Exit codes:
  0  ok
  1  problems were found
  2  wrong usage
`;

const ENVIRONMENT = `
Environment:
  NO_COLOR          no colours, even on a terminal
  INFERSTACK_DEBUG  stack traces with errors`;

/** The `inferstack` command. Nothing is parsed or loaded before `main` runs it. */
export function createProgram(io: CliIo): Command {
  const program = new Command('inferstack')
    .description('Takes a trained ONNX model to production, or runs it on this machine.')
    .version(ownVersion())
    .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHasColors: () => io.colours })
    .exitOverride()
    // Else --version would be this program's everywhere, also in `model init --version 2`.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for usage)')
    .addHelpText('after', EXIT_CODES + ENVIRONMENT);
  const commands = [modelCommand(io), rolloutCommand(io), upCommand(), rehearseCommand(io)];
  for (const command of commands) addCommand(program, command, EXIT_CODES);
  addCommand(program, runJobCommand(), RUN_EXIT_CODES);
  return program;
}

/** Settings reach subcommands only when handed down; so does the text on exit codes. */
function addCommand(parent: Command, command: Command, exitCodes: string): void {
  const help = exitCodes + ENVIRONMENT;
  command.copyInheritedSettings(parent).addHelpText('after', help);
  parent.addCommand(command);
  for (const child of command.commands) child.copyInheritedSettings(command).addHelpText('after', help);
}

/** Runs one command line; returns the exit code. */
export async function main(args: readonly string[], io: CliIo = processIo()): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' });
    return io.exitCode;
  } catch (error) {
    return reportFailure(io, error);
  }
}

/** Of this package, found from the sources as from the compiled output. */
function ownVersion(): string {
  const manifest = createRequire(__filename).resolve('inferstack/package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

if (require.main === module) {
  // A reader that stops early (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  void main(process.argv.slice(2)).then((code) => {
    if (code !== 0) process.exitCode = code;
  });
}
