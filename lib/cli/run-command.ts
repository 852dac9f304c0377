import { type Problem, ProblemError } from '@inferstack/runtime/contract';
import { CommanderError } from 'commander';
import { type CliIo, UsageError } from './cli-io';
import { problemText } from './problem-text';

/** What a command found, for people and for programs. */
export interface CommandResult {
  readonly ok: boolean;
  /** Written to standard output with --json, after `ok`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Written to standard output without --json. */
  readonly text: string;
  /** Shown on standard error without --json; part of the output with it. */
  readonly problems?: readonly Problem[];
}

/** Runs the work of a command, writes its result once and sets the exit code. */
export async function runCommand(
  io: CliIo,
  options: { readonly json?: boolean },
  work: () => Promise<CommandResult>,
): Promise<void> {
  const result = await work().catch(asResult);
  const { ok, json, text, problems = [] } = result;
  io.exitCode = ok ? 0 : 1;
  if (options.json) {
    io.out(`${JSON.stringify({ ok, ...json, problems }, undefined, 2)}\n`);
    return;
  }
  if (text !== '') io.out(`${text}\n`);
  if (problems.length > 0) io.err(`${problemText(io, problems)}\n`);
}

function asResult(error: unknown): CommandResult {
  if (!(error instanceof ProblemError) || debugging()) throw error;
  return { ok: false, json: {}, text: '', problems: error.problems };
}

/** Writes what went wrong outside of a result and tells the exit code. */
export function reportFailure(io: CliIo, error: unknown): number {
  // Commander has written its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    io.err(`error: ${error.message}\n`);
    return 2;
  }
  io.err(debugging() ? `${(error as Error).stack}\n` : `error: ${(error as Error).message}\n`);
  return 1;
}

const debugging = (): boolean => (process.env.INFERSTACK_DEBUG ?? '') !== '';
