import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Where a command writes and what it leaves as exit code. One for the process, others for tests. */
export interface CliIo {
  out(text: string): void;
  err(text: string): void;
  /** Whether text may carry colours. */
  readonly colours: boolean;
  /** 0 ok, 1 problems found, 2 wrong usage. */
  exitCode: number;
}

/** Standard output and error of this process: colours on a terminal only, and not against https://no-color.org */
export function processIo(): CliIo {
  const plain = (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colours: process.stdout.isTTY === true && !plain,
    exitCode: 0,
  };
}

export function paint(io: CliIo, style: Style, text: string): string {
  // Decided once for the process; by itself styleText would look at standard output again.
  return io.colours ? styleText(style, text, { validateStream: false }) : text;
}

/** The command was given something it cannot work with: exit code 2. */
export class UsageError extends Error {}
