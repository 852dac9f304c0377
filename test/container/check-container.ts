/**
 * The image without a container engine: its build steps, then its files on a read-only root as process 1, as the user
 * of the image. Serves a real model and stops as a platform would stop it. Needs root.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openModelPackage, writeModelArchive } from '@inferstack/runtime/model';
import { RootConstruct } from 'constructs';
import { Duration, ModelEndpoint, ModelSource, type RuntimeConfig } from 'inferstack';
import { FakeTarget } from '../support/fake-target';
import { type BuiltImage, buildImage } from './build-steps';

const ROOT = path.resolve(__dirname, '..', '..');
const MODEL = path.join(ROOT, 'examples', 'models', 'breast-cancer', '1');
const START_LIMIT_MS = 60_000;

async function main(): Promise<void> {
  const output = mkdtempSync(path.join(tmpdir(), 'inferstack-image-'));
  try {
    const image = buildImage(path.join(ROOT, 'runtime'), output);
    // A stage of its own would not do: only what the image copies may be there, beside a volume with the model.
    writeModelArchive(openModelPackage(MODEL), path.join(image.root, 'models', 'model.tar.gz'));
    execFileSync('chmod', ['-R', 'a+rX', output]);
    console.log(`files of the image: ${megabytes(path.join(image.root, 'app'))} MB above the base image`);
    await serve(image);
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

async function serve(image: BuiltImage): Promise<void> {
  const [port, management] = [await freePort(), await freePort()];
  const env = { ...image.env, INFERSTACK_CONFIG: JSON.stringify(configuration(port, management)) };
  const started = performance.now();
  const container = run(image, image.command, env);
  try {
    await ready(container, port);
    console.log(
      `cold start: ${Math.round(performance.now() - started)} ms until ready, archive unpacked and checked`,
    );
    await predict(port);
    console.log('prediction: as the golden sample says');
    checkProcess(container, image);
    await checkHealth(image, env);
    await stop(container);
    console.log('SIGTERM to process 1: exit code 0');
  } finally {
    container.kill('SIGKILL');
  }
}

function run(image: BuiltImage, command: readonly string[], env: Record<string, string>): ChildProcess {
  const [uid, gid] = image.user.split(':');
  const sandbox = path.join(__dirname, 'sandbox.sh');
  const args = [image.root, uid!, gid!, image.workdir, ...command];
  return spawn(sandbox, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** The configuration a target would give, with free ports: several checks may run on one machine. */
function configuration(port: number, management: number): RuntimeConfig {
  const { runtimeConfig } = new ModelEndpoint(new RootConstruct('Image'), 'Endpoint', {
    model: ModelSource.fromDirectory(MODEL),
    target: new FakeTarget(),
    runtime: { drainDelay: Duration.millis(100) },
  });
  return {
    ...runtimeConfig,
    models: runtimeConfig.models.map((model) => ({ ...model, uri: '/models/model.tar.gz' })),
    listeners: {
      inference: { host: '0.0.0.0', port },
      grpc: null,
      management: { host: '0.0.0.0', port: management },
    },
  };
}

async function ready(container: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline && container.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/v2/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(10);
  }
  throw new Error(`not ready; exit code ${container.exitCode ?? 'none yet'}`);
}

async function predict(port: number): Promise<void> {
  const sample = JSON.parse(readFileSync(path.join(MODEL, 'samples.jsonl'), 'utf8').split('\n')[0]!) as {
    inputs: Record<string, number[][]>;
    outputs: Record<string, number[][]>;
  };
  const inputs = Object.entries(sample.inputs).map(([name, rows]) => ({
    name,
    datatype: 'FP32',
    shape: [rows.length, rows[0]!.length],
    data: rows.flat(),
  }));
  const url = `http://127.0.0.1:${port}/v2/models/breast-cancer/infer`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ inputs }) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${text}`);
  const { outputs } = JSON.parse(text) as { outputs: { name: string; data: number[] }[] };
  for (const [name, wanted] of Object.entries(sample.outputs)) {
    const got = outputs.find((output) => output.name === name)!.data;
    const off = wanted.flat().some((value, i) => Math.abs(value - got[i]!) > 1e-5);
    if (off) throw new Error(`${name}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  }
}

/** The first process in the namespace is node itself, as the user of the image, without any capability. */
function checkProcess(container: ChildProcess, image: BuiltImage): void {
  const status = readFileSync(`/proc/${innerPid(container)}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)![1]!.split(/\s+/);
  const [uid, gid] = image.user.split(':');
  const seen = {
    uid: field('Uid')[0],
    gid: field('Gid')[0],
    capabilities: field('CapEff')[0],
    pid: field('NSpid').at(-1),
  };
  const wanted = { uid, gid, capabilities: '0000000000000000', pid: '1' };
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) throw new Error(`runs as ${JSON.stringify(seen)}`);
  console.log(`process: ${JSON.stringify(seen)} on a read-only root`);
}

async function checkHealth(image: BuiltImage, env: Record<string, string>): Promise<void> {
  const check = run(image, image.healthcheck, env);
  const [code] = (await once(check, 'exit')) as [number];
  if (code !== 0) throw new Error(`HEALTHCHECK ends with exit code ${code} although the replica is ready`);
  console.log('HEALTHCHECK: healthy');
}

async function stop(container: ChildProcess): Promise<void> {
  process.kill(innerPid(container), 'SIGTERM');
  const [code, signal] = (await once(container, 'exit')) as [number | null, string | null];
  if (code !== 0) throw new Error(`after SIGTERM: exit code ${code}, signal ${signal}`);
}

/** The process below `unshare`. */
function innerPid(container: ChildProcess): number {
  const { pid } = container;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

function megabytes(directory: string): string {
  const bytes = Number(execFileSync('du', ['-sb', directory], { encoding: 'utf8' }).split('\t')[0]);
  return (bytes / 1e6).toFixed(1);
}

main().then(
  () => console.log('image: ok'),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
