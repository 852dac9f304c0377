import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RuntimeConfig } from '../../src/contract';
import type { BenchModel } from '../requests/bench-model';
import type { ServerContender } from './contender';

const RUNTIME = path.join(__dirname, '..', '..');
const MAIN = path.join(RUNTIME, 'dist', 'main.js');
const MAX_BODY_BYTES = 16 * 2 ** 20;

/** The serving runtime as it is shipped: compiled, with validation, metrics and limits on. */
export const inferstack: ServerContender = {
  kind: 'server',
  id: 'inferstack',
  label: 'inferstack',
  encoding: 'json',
  prepare: requireFreshBuild,
  command: ({ model, port }) => ({
    argv: [process.execPath, MAIN],
    cwd: RUNTIME,
    env: { NODE_ENV: 'production', INFERSTACK_CONFIG: JSON.stringify(runtimeConfig(model, port)) },
  }),
};

function runtimeConfig(model: BenchModel, port: number): RuntimeConfig {
  return {
    apiVersion: 'inferstack.dev/v1',
    kind: 'RuntimeConfig',
    role: 'serve',
    endpoint: 'bench',
    models: [{ name: model.name, version: model.version, uri: model.directory, digest: model.digest }],
    listeners: { inference: { host: '127.0.0.1', port }, management: { host: '127.0.0.1', port: 0 } },
    limits: { maxBodyBytes: MAX_BODY_BYTES, requestTimeoutMs: 60_000, maxInFlight: 1024 },
    drain: { delayMs: 0, timeoutMs: 5000 },
    execution: { intraOpThreads: 1 },
    logging: { level: 'warn' },
  };
}

/** Compiled output older than a source would measure code that is gone. */
function requireFreshBuild(): void {
  const sources = path.join(RUNTIME, 'src');
  const newest = (readdirSync(sources, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .reduce((latest, file) => Math.max(latest, statSync(path.join(sources, file)).mtimeMs), 0);
  if (!existsSync(MAIN) || statSync(MAIN).mtimeMs < newest) {
    throw new Error('runtime/dist is missing or older than runtime/src: run `npm run build` first');
  }
}
