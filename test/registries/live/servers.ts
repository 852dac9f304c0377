import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of somebody else's, started for the suite. */
export interface LiveServer {
  readonly origin: string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
// Nothing outlives the suite, whichever way it ends.
process.on('exit', () => {
  for (const child of running) killGroup(child);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

/** Starts a program that takes its port as an argument, and waits until it answers at `probe`. */
export async function startServer(
  command: (port: number) => readonly string[],
  probe: string,
  env: Readonly<Record<string, string>> = {},
): Promise<LiveServer> {
  const port = await freePort();
  const [program, ...args] = command(port);
  // A group of its own: the tracking server starts workers.
  const child = spawn(program!, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      log = `${log}${text}`.slice(-4000);
    });
  const origin = `http://127.0.0.1:${port}`;
  await untilUp(child, origin + probe, () => log);
  return { origin, stop: () => stop(child) };
}

async function untilUp(child: ChildProcess, url: string, log: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended:\n${log()}`);
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await sleep(200);
  }
  throw new Error(`${child.spawnfile} did not answer at ${url}:\n${log()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null ? once(child, 'exit') : undefined;
  killGroup(child);
  await ended;
  running.delete(child);
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
