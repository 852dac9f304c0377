import type { ModelPackage } from '@inferstack/runtime/model';
import type { LogLevel } from '../endpoint-props';
import type { ResourcesPlan } from '../plan';
import type { ImagePlan } from '../runtime-image';
import type { InputCompression, InputFormat, OutputCompression, OutputFormat } from './batch-props';
import type { DataPlaces } from './data-location';
import type { SchedulePlan } from './schedule';

/**
 * What is to be built for a job, every default resolved. Targets translate it and decide nothing; what a target cannot
 * honour it refuses with `UnsupportedError`.
 */
export interface BatchPlan {
  /** Lower-case name derived from the construct path, for platforms that demand one (1-63 characters). */
  readonly name: string;
  /** Construct path, for messages. */
  readonly path: string;
  readonly model: ModelPackage;
  readonly input: BatchInputPlan;
  readonly output: BatchOutputPlan;
  /** null: runs when it is asked to. */
  readonly schedule: SchedulePlan | null;
  readonly run: BatchRunPlan;
  readonly resources: ResourcesPlan;
  readonly monitoring: BatchMonitoringPlan;
  readonly runtime: BatchRuntimePlan;
}

export interface BatchInputPlan {
  readonly places: DataPlaces;
  readonly format: InputFormat;
  readonly compression: InputCompression;
  readonly csv: CsvPlan;
  /** Column of the file to field of the model. */
  readonly columns: Readonly<Record<string, string>>;
  readonly passthrough: readonly string[];
}

export interface BatchOutputPlan {
  readonly places: DataPlaces;
  readonly format: OutputFormat;
  readonly compression: OutputCompression;
}

export interface CsvPlan {
  readonly delimiter: string;
  readonly nulls: readonly string[];
}

export interface BatchRunPlan {
  readonly parallelism: number;
  readonly rowsPerShard: number;
  /** Of one attempt of a worker. */
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly badRows: BadRowsPlan;
}

export interface BadRowsPlan {
  /** Share above which a worker stops. */
  readonly maxShare: number;
  readonly minRows: number;
}

export interface BatchMonitoringPlan {
  readonly failed: boolean;
  /** null: switched off. */
  readonly missingAfterSeconds: number | null;
  readonly logRetentionDays: number;
  readonly runbookUrl: string | null;
}

export interface BatchRuntimePlan {
  readonly image: ImagePlan;
  readonly logLevel: LogLevel;
  readonly execution: BatchExecutionPlan;
}

export interface BatchExecutionPlan {
  readonly workers: number;
  readonly intraOpThreads: number;
  readonly batchRows: number;
}
