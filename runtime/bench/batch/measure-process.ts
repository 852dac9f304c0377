import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Measured {
  /** What the program itself counts: without its start. */
  readonly seconds: number;
  /** From its start to its end. */
  readonly wallSeconds: number;
  /** Most memory it had resident, as the kernel counts it. */
  readonly peakBytes: number;
}

const LOOK_MS = 20;

/** Runs a program to its end. @param secondsOf what its output says of its time */
export async function measureProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  secondsOf: (output: string) => number,
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(argv[0]!, argv.slice(1), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  let peakBytes = 0;
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, highWater(child.pid!));
  }, LOOK_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(look);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${output}`);
  return { seconds: secondsOf(output), wallSeconds: (performance.now() - start) / 1000, peakBytes };
}

function highWater(pid: number): number {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // it has ended
  }
}
