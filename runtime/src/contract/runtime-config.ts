import { z } from 'zod';
import { adaptersSchema } from './adapters';
import { type BatchConfig, batchConfigSchema } from './batch';
import { CLIENT_CONTRACTS } from './client-contracts';
import { featureLookupsSchema } from './feature-sources';
import { API_VERSION } from './manifest';
import { modelReferenceSchema } from './model-reference';
import { pipelinesSchema } from './pipelines';
import { type Problem, ProblemError, throwProblems } from './problem';
import { rolloutsSchema } from './rollouts';
import { issuesToProblems } from './zod-problems';

export {
  CLIENT_CONTRACTS,
  type ClientContract,
  CONTRACTS_OF_ONE_MODEL,
  CONTRACTS_REFUSED_TOGETHER,
} from './client-contracts';

const port = z.number().int().min(0).max(65535).describe('TCP port; 0 takes a free one.');
const listener = z.strictObject({ host: z.string().min(1).describe('Address to bind.'), port });
const count = z.number().int().nonnegative();
const milliseconds = count;
const ratio = z.number().min(0).max(1);
const file = z.string().min(1);

export const runtimeConfigSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('RuntimeConfig'),
    role: z.enum(['serve']),
    endpoint: z.string().min(1).describe('Name of the endpoint in logs and metrics.'),
    models: z.array(modelReferenceSchema).min(1),
    pipelines: pipelinesSchema
      .optional()
      .describe('Several of the models that answer as one, by a name of their own; left out: none.'),
    listeners: z.strictObject({
      inference: listener.describe('Predictions, metadata and health: what a load balancer may reach.'),
      grpc: listener.nullable().describe('The same over gRPC; null opens none.'),
      management: listener.describe('Metrics and detail: private side only.'),
    }),
    tls: z
      .strictObject({
        certificateFile: file.describe('Certificate chain, PEM.'),
        privateKeyFile: file.describe('Private key, PEM.'),
        clientCaFile: file
          .nullable()
          .describe('Authorities whose client certificates are demanded; null demands none.'),
      })
      .nullable()
      .describe(
        'TLS of the inference and gRPC listeners, read again when a file changes; null speaks plain text.',
      ),
    auth: z
      .strictObject({
        apiKeysFile: file
          .nullable()
          .describe('File with one `<name>:<sha256 of the key, hex>` a line; read again when it changes.'),
        jwt: z
          .strictObject({
            issuer: z.string().min(1),
            audience: z.string().min(1),
            jwksUri: z.string().min(1).describe('http(s) or file URI of the key set.'),
          })
          .nullable(),
      })
      .nullable()
      .describe(
        'Who may ask for predictions: any caller with a valid key or token; null lets everybody. Health is open.',
      ),
    repository: z.strictObject({
      explicitControl: z.boolean().describe('Whether clients may load and unload the configured models.'),
      maxMemoryBytes: count.describe(
        'Memory of loaded models; beyond it the least recently used are unloaded and loaded again on demand. 0: three quarters of what the container may use.',
      ),
    }),
    telemetry: z.strictObject({
      traces: z
        .strictObject({
          endpoint: z.string().min(1).describe('OTLP over HTTP, for example http://collector:4318.'),
          sampleRatio: ratio.describe('Share of requests traced that do not bring a decision with them.'),
        })
        .nullable(),
      emf: z
        .boolean()
        .describe('Whether metrics are also written to stdout in the CloudWatch embedded metric format.'),
      accessLogRatio: ratio.describe('Share of successful requests logged; failed ones always are.'),
    }),
    contracts: z
      .array(z.enum(CLIENT_CONTRACTS))
      .optional()
      .describe(
        'Contracts of other servers and platforms whose routes the inference listener answers besides its own; left out: none.',
      ),
    features: featureLookupsSchema
      .optional()
      .describe('Features joined from online stores before a model runs; left out: none.'),
    adapters: adaptersSchema.optional(),
    rollouts: rolloutsSchema.optional(),
    limits: z.strictObject({
      maxBodyBytes: z.number().int().positive().describe('Largest request body, bytes.'),
      requestTimeoutMs: milliseconds.min(1).describe('A request that is not answered by then gets 504.'),
      maxInFlight: z.number().int().positive().describe('Requests in progress per replica; more get 429.'),
    }),
    drain: z.strictObject({
      delayMs: milliseconds.describe(
        'After SIGTERM: time still serving while load balancers notice the failing readiness.',
      ),
      timeoutMs: milliseconds.min(1).describe('After the delay: time given to requests in progress.'),
    }),
    execution: z.strictObject({
      placement: z
        .enum(['auto', 'inline', 'threads', 'processes'])
        .describe(
          'Where runs happen: on the thread that reads requests, in worker threads, or in child processes that a crash of the engine cannot leave. auto measures the model and decides.',
        ),
      workers: count.describe('Worker threads or processes of each model; 0 takes one per core.'),
      intraOpThreads: z.number().int().positive().describe('ONNX Runtime threads per run.'),
      maxBatchRows: count.describe('Rows of one run at most, for models that can batch; 0 measures it.'),
      maxWaitMs: milliseconds.describe('Time a request may wait for others to share its run.'),
      hangMs: milliseconds.min(1).describe('A run in a worker that takes longer gets its worker replaced.'),
      shareWeights: z
        .boolean()
        .describe('Whether workers map large weights from one file instead of each holding a copy.'),
    }),
    logging: z.strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    }),
  })
  .describe('The whole configuration of one runtime process (INFERSTACK_CONFIG).');

/** The contract between a target and the runtime. JSON, complete: the runtime decides no default. */
export type RuntimeConfig = z.output<typeof runtimeConfigSchema>;

/** The configuration of a process in any of its roles. */
export type ProcessConfig = RuntimeConfig | BatchConfig;

/**
 * Reads a configuration of the role `serve` from JSON text.
 *
 * @throws ProblemError with every problem at once (CONFIG_SYNTAX, CONFIG_INVALID).
 */
export function parseRuntimeConfig(json: string, source = SOURCE): RuntimeConfig {
  return checked(runtimeConfigSchema, parsed(json, source), source);
}

/** As `parseRuntimeConfig`, for the role `batch`. */
export function parseBatchConfig(json: string, source = SOURCE): BatchConfig {
  return checked(batchConfigSchema, parsed(json, source), source);
}

/** As `parseRuntimeConfig`, for whatever role the document names. */
export function parseProcessConfig(json: string, source = SOURCE): ProcessConfig {
  const value = parsed(json, source);
  const isBatch = typeof value === 'object' && value !== null && 'role' in value && value.role === 'batch';
  return isBatch ? checked(batchConfigSchema, value, source) : checked(runtimeConfigSchema, value, source);
}

const SOURCE = 'INFERSTACK_CONFIG';

function parsed(json: string, source: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ProblemError([syntaxProblem(source, error)]);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, source: string): T {
  const result = schema.safeParse(value);
  if (!result.success) {
    throwProblems(
      issuesToProblems(result.error, value, 'CONFIG_INVALID', (path) => `${source}: ${path}`),
      source,
    );
  }
  return deepFreeze(result.data!);
}

function syntaxProblem(source: string, error: unknown): Problem {
  return {
    code: 'CONFIG_SYNTAX',
    at: source,
    what: `not valid JSON: ${(error as Error).message}`,
    remedy: 'Set INFERSTACK_CONFIG to the JSON document itself or to the path of a file that holds it.',
  };
}

/** Freezes a plain value and everything below it, so that nobody edits a configuration after it was checked. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
