import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Run {
  readonly status: number;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly output: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<Run> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? -1, stdout, output };
}

/** As `run`, and a failure is an error that carries the output. */
export async function runOrThrow(...call: Parameters<typeof run>): Promise<Run> {
  const done = await run(...call);
  if (done.status === 0) return done;
  const [program, args] = call;
  throw new Error(`${program} ${args.join(' ')} ended with ${done.status}:\n${done.output}`);
}
