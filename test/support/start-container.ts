import { type ChildProcess, fork } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { runtime } from '../local/support/local-runtime';

export interface StartedContainer {
  readonly url: string;
  stop(): Promise<void>;
}

/** What a platform gives a container besides the configuration, by the port that requests come to. */
export type PlatformVariables = (port: number) => Readonly<Record<string, string>>;

interface Configuration {
  models: { uri: string }[];
  listeners: { inference: { port: number }; management: { port: number } };
  drain: { delayMs: number };
}

/**
 * Starts the real runtime as a platform starts its container, with the model on this machine and free ports, and waits
 * until it is ready.
 *
 * @param config as the target made it
 * @throws when the runtime ends instead, with its status
 */
export async function startContainer(
  config: object,
  model: string,
  variables: PlatformVariables = () => ({}),
): Promise<StartedContainer> {
  const port = await freePort();
  const given = structuredClone(config) as Configuration;
  given.models = given.models.map((one) => ({ ...one, uri: model }));
  given.listeners.inference.port = port;
  given.listeners.management.port = await freePort();
  given.drain.delayMs = 0;
  const env = {
    PATH: process.env['PATH'],
    INFERSTACK_CONFIG: JSON.stringify(given),
    ...variables(port),
  };
  const child = fork(runtime.file, { env, stdio: 'ignore' });
  await ready(child);
  return { url: `http://127.0.0.1:${port}`, stop: () => stopped(child) };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => (message as { type: string }).type === 'ready' && resolve());
    child.on('exit', (code) => reject(new Error(`exited with ${code}`)));
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
