import type { CliIo } from '../../lib/cli/cli-io';
import { main } from '../../lib/cli/main';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  readonly json: () => Record<string, unknown>;
}

/** Runs a command line in this process with its output caught. */
export async function runCli(args: readonly string[], colours = false): Promise<CliRun> {
  let out = '';
  let err = '';
  const io: CliIo = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    colours,
    exitCode: 0,
  };
  const code = await main(args, io);
  return { code, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
}
