import { API_VERSION, type BatchConfig } from '@inferstack/runtime/contract';
import type { BatchPlan } from './batch-plan';

/** What differs from platform to platform: where things are, never how rows are scored. */
export interface BatchAddresses {
  /** Where the model package is found: absolute path or URI; may hold placeholders of the tool. */
  readonly modelUri: string;
  /** File, folder or pattern that is scored. */
  readonly inputUri: string;
  /** Folder of the results. */
  readonly outputUri: string;
  /** By index where the platform numbers its workers, else by lease. @default 'index' */
  readonly assignment?: BatchConfig['batch']['shards']['assignment'];
  /** Whether metrics are collected from the log (CloudWatch). @default false */
  readonly emf?: boolean;
  /** Prometheus pushgateway that gets the metrics at the end. @default - none */
  readonly pushgateway?: string;
}

/** A worker that has not said for so long that it is at work has lost its shard to another. */
const LEASE_MS = 60_000;
const PROGRESS_MS = 10_000;

/** Translates a plan into the runtime's configuration: the same on every platform but for the addresses. */
export function batchRuntimeConfig(plan: BatchPlan, addresses: BatchAddresses): BatchConfig {
  const { model, input, output, run, runtime } = plan;
  return {
    apiVersion: API_VERSION,
    kind: 'RuntimeConfig',
    role: 'batch',
    job: plan.name,
    model: {
      name: model.manifest.name,
      version: model.manifest.version,
      uri: addresses.modelUri,
      digest: model.digest,
    },
    batch: {
      input: {
        uris: [addresses.inputUri],
        format: input.format,
        compression: input.compression,
        csv: { delimiter: input.csv.delimiter, nulls: [...input.csv.nulls] },
        columns: { ...input.columns },
        passthrough: [...input.passthrough],
      },
      output: { uri: addresses.outputUri, format: output.format, compression: output.compression },
      shards: {
        rows: run.rowsPerShard,
        assignment: addresses.assignment ?? 'index',
        workers: run.parallelism,
        leaseMs: LEASE_MS,
      },
      // Made of the inputs, the model and these settings, so that a run that was cut short is taken up again.
      runId: null,
      errorThreshold: { ratio: run.badRows.maxShare, minRows: run.badRows.minRows },
      timeoutMs: run.timeoutSeconds * 1000,
      progressMs: PROGRESS_MS,
    },
    execution: { ...runtime.execution, memoryBytes: 0 },
    telemetry: { emf: addresses.emf ?? false, pushgateway: addresses.pushgateway ?? null },
    logging: { level: runtime.logLevel },
  };
}
