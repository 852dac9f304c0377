import type { BatchSpec } from '@inferstack/runtime/contract';
import type { DurationLike } from '../duration';
import type { LogLevel, ResourcesProps } from '../endpoint-props';
import type { ModelSource } from '../model-source';
import type { RuntimeImage } from '../runtime-image';
import type { BatchTarget } from './batch-target';
import type { DataLocation } from './data-location';
import type { Schedule } from './schedule';

/** Large files scored with a trained model, each row once, on the platform of `target`. */
export interface BatchScoringJobProps<Native> {
  /** The trained model, checked at synthesis. */
  readonly model: ModelSource;
  /** The platform: `FargateBatch`, `KubernetesBatch`, ... with the options only it knows. */
  readonly target: BatchTarget<Native>;
  /** What is scored. */
  readonly input: BatchInputProps;
  /** Where the scores go. */
  readonly output: BatchOutputProps;
  /** When it runs. @default - only when it is asked to */
  readonly schedule?: Schedule;
  /** How a run goes: workers, retries, time, bad rows, resources. @default - see each prop */
  readonly run?: BatchRunProps;
  /** Alarms and logs. @default - alarms on failed and missing runs, 30 days of logs */
  readonly monitoring?: BatchMonitoringProps;
}

export interface BatchInputProps {
  /** The files, on each platform. */
  readonly from: DataLocation;
  /** How the files are written. @default 'auto' - by their names */
  readonly format?: InputFormat;
  /** How CSV and NDJSON are compressed; Parquet says it itself. @default 'auto' - by their names */
  readonly compression?: InputCompression;
  /** How CSV is written. @default - commas; the empty text is a missing value */
  readonly csv?: CsvProps;
  /** Columns whose names are not those of the model: column of the file to field of the model. @default - none */
  readonly columns?: Readonly<Record<string, string>>;
  /** Columns copied to the output beside the scores: ids and the like. @default - none */
  readonly passthrough?: readonly string[];
}

export interface BatchOutputProps {
  /** The folder, on each platform. */
  readonly to: DataLocation;
  /** How the results are written. @default 'parquet' */
  readonly format?: OutputFormat;
  /** How the results are compressed; snappy is for Parquet alone. @default - zstd for Parquet, else gzip */
  readonly compression?: OutputCompression;
}

export interface CsvProps {
  /** Between values; files named .tsv always have tabs. @default ',' */
  readonly delimiter?: string;
  /** Texts that stand for a missing value. @default - the empty text */
  readonly nulls?: readonly string[];
}

export type InputFormat = BatchSpec['input']['format'];
export type InputCompression = BatchSpec['input']['compression'];
export type OutputFormat = BatchSpec['output']['format'];
export type OutputCompression = BatchSpec['output']['compression'];

export interface BatchRunProps {
  /** Workers that score at the same time, each its part of the rows. @default 1 */
  readonly parallelism?: number;
  /** Rows scored and written as one piece: what a worker that is lost has to do again. @default 1000000 */
  readonly rowsPerShard?: number;
  /** Longest time for one attempt of a worker, whole minutes. @default Duration.hours(1) */
  readonly timeout?: DurationLike;
  /** Times a worker is started, for errors worth a retry; those of data and configuration are not. @default 3 */
  readonly attempts?: number;
  /** Rows that may be refused before the run stops. @default - 1 % of them, from 1000 rows on */
  readonly badRows?: BadRowsProps;
  /** What one worker may use. @default - 1 CPU, 2048 MiB, x86_64 */
  readonly resources?: ResourcesProps;
  /** The image. @default RuntimeImage.fromSource() */
  readonly image?: RuntimeImage;
  /** Least severe log level written. @default 'info' */
  readonly logLevel?: LogLevel;
  /** How a worker runs the model. @default - see each prop */
  readonly execution?: BatchExecutionProps;
}

export interface BadRowsProps {
  /** Share of the rows of a worker above which it stops, 0 to 1; 1 never stops. @default 0.01 */
  readonly maxShare?: number;
  /** Rows before the share means anything. @default 1000 */
  readonly minRows?: number;
}

export interface BatchExecutionProps {
  /** Threads that run the model. @default - one per core of the worker and thread of a run */
  readonly workers?: number;
  /** Threads within one run. @default 1 */
  readonly intraOpThreads?: number;
  /** Rows of one run, for models that can batch. @default 1024 */
  readonly batchRows?: number;
}

export interface BatchMonitoringProps {
  /** Whether a failed run alarms. @default true */
  readonly failed?: boolean;
  /** Alarm when no run has succeeded for long; false switches it off. @default - on when there is a schedule */
  readonly missing?: MissingRunProps | false;
  /** How long logs are kept, days. @default 30 */
  readonly logRetentionDays?: number;
  /** Page that tells the person on call what to do, linked from every alarm. @default - none */
  readonly runbookUrl?: string;
}

export interface MissingRunProps {
  /**
   * Time without a successful run, whole hours.
   * @default - the longest time between two runs of the schedule, and the timeout of each attempt, rounded up
   */
  readonly after?: DurationLike;
}
