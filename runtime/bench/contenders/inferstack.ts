import path from 'node:path';
import type { RuntimeConfig } from '../../src/contract';
import type { Encoding } from '../requests/encoding';
import { buildRuntime, RUNTIME_MAIN } from './build-runtime';
import type { ServerContender, ServerContext } from './contender';

const MAX_BODY_BYTES = 16 * 2 ** 20;
const HOST = '127.0.0.1';

type Execution = RuntimeConfig['execution'];

const AS_SHIPPED: Execution = {
  placement: 'auto',
  workers: 0,
  intraOpThreads: 1,
  maxBatchRows: 0,
  maxWaitMs: 0,
  hangMs: 60_000,
  shareWeights: true,
};

/** The serving runtime as it is shipped: compiled, with validation, metrics and limits on. */
export const inferstack = runtime('inferstack', 'inferstack', 'json');
export const inferstackBinary = runtime('inferstack-binary', 'inferstack, binary', 'binary');
export const inferstackGrpc = runtime('inferstack-grpc', 'inferstack, gRPC', 'grpc');

/** The model on the thread that reads requests: what a heavy model costs without workers. */
export const inferstackInline = runtime('inferstack-inline', 'inferstack, inline', 'json', {
  ...AS_SHIPPED,
  placement: 'inline',
});

export const inferstackThreads = runtime('inferstack-threads', 'inferstack, 2 worker threads', 'json', {
  ...AS_SHIPPED,
  placement: 'threads',
  workers: 2,
});

function runtime(id: string, label: string, encoding: Encoding, execution = AS_SHIPPED): ServerContender {
  return {
    kind: 'server',
    id,
    label,
    encoding,
    prepare: buildRuntimeOnce,
    command: (context) => ({
      argv: [process.execPath, RUNTIME_MAIN],
      cwd: __dirname,
      env: {
        // As the Dockerfile sets them.
        NODE_ENV: 'production',
        MALLOC_ARENA_MAX: '1',
        INFERSTACK_CONFIG: JSON.stringify(runtimeConfig(context, encoding, execution)),
        // Empty at every start: a new container has no weights prepared by an earlier one.
        INFERSTACK_CACHE: path.join(context.scratch, 'cache'),
      },
    }),
  };
}

let built = false;

function buildRuntimeOnce(): void {
  if (!built) buildRuntime();
  built = true;
}

function runtimeConfig(
  { model, versions, port }: ServerContext,
  encoding: Encoding,
  execution: Execution,
): RuntimeConfig {
  const asked = { host: HOST, port };
  const unused = { host: HOST, port: 0 };
  return {
    apiVersion: 'inferstack.dev/v1',
    kind: 'RuntimeConfig',
    role: 'serve',
    endpoint: 'bench',
    models: (versions ?? [model]).map(({ name, version, directory, digest }) => ({
      name,
      version,
      uri: directory,
      digest,
    })),
    listeners: {
      inference: encoding === 'grpc' ? unused : asked,
      grpc: encoding === 'grpc' ? asked : null,
      management: unused,
    },
    limits: { maxBodyBytes: MAX_BODY_BYTES, requestTimeoutMs: 60_000, maxInFlight: 1024 },
    drain: { delayMs: 0, timeoutMs: 5000 },
    tls: null,
    auth: null,
    repository: { explicitControl: false, maxMemoryBytes: 0 },
    telemetry: { traces: null, emf: false, accessLogRatio: 0 },
    execution,
    logging: { level: 'warn' },
  };
}
