import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A running moto. It also ends by itself when this process ends, since its standard input closes. */
export interface Moto {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts a server of this folder on a free port of 127.0.0.1; its log goes to the file, or nowhere. */
export async function startMoto(python: string, script: string, log?: string): Promise<Moto> {
  const sink = log === undefined ? 'ignore' : openSync(log, 'w');
  const server = spawn(python, [path.join(__dirname, script)], { stdio: ['pipe', 'pipe', sink] });
  if (typeof sink === 'number') closeSync(sink);
  return { url: `http://127.0.0.1:${await portOf(server)}`, stop: () => stop(server) };
}

async function portOf(server: ChildProcess): Promise<string> {
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`moto ended with exit code ${code} before it was ready`);
  });
  const line = once(createInterface({ input: server.stdout! }), 'line') as Promise<[string]>;
  const [port] = await Promise.race([line, ended]);
  ended.catch(() => undefined);
  return port;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.stdin!.end();
  await ended;
}
