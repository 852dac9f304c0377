import type { RuntimeConfig } from '../../src/contract';
import type { BenchModel } from '../requests/bench-model';
import { buildRuntime, RUNTIME_MAIN } from './build-runtime';
import type { ServerContender } from './contender';

const MAX_BODY_BYTES = 16 * 2 ** 20;

/** The serving runtime as it is shipped: compiled, with validation, metrics and limits on. */
export const inferstack: ServerContender = {
  kind: 'server',
  id: 'inferstack',
  label: 'inferstack',
  encoding: 'json',
  prepare: buildRuntime,
  command: ({ model, port }) => ({
    argv: [process.execPath, RUNTIME_MAIN],
    cwd: __dirname,
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
    listeners: {
      inference: { host: '127.0.0.1', port },
      grpc: null,
      management: { host: '127.0.0.1', port: 0 },
    },
    limits: { maxBodyBytes: MAX_BODY_BYTES, requestTimeoutMs: 60_000, maxInFlight: 1024 },
    drain: { delayMs: 0, timeoutMs: 5000 },
    tls: null,
    auth: null,
    repository: { explicitControl: false, maxMemoryBytes: 0 },
    telemetry: { traces: null, emf: false, accessLogRatio: 0 },
    execution: {
      placement: 'auto',
      workers: 0,
      intraOpThreads: 1,
      maxBatchRows: 0,
      maxWaitMs: 0,
      hangMs: 60_000,
      shareWeights: true,
    },
    logging: { level: 'warn' },
  };
}
