import { BATCH_RETRYABLE, type BatchConfig } from '@inferstack/runtime/contract';
import { type ReplicaExit, ReplicaProcess } from '../replica-process';
import type { RuntimeEntry } from '../runtime-entry';

/** How far a worker is; the rows are those of its present try. */
export interface WorkerProgress {
  readonly rows: number;
  readonly bad: number;
  readonly rowsPerSecond: number;
}

export interface WorkerListener {
  line(line: string): void;
  progress(progress: WorkerProgress): void;
  /** It ended with an error that is worth another try, and gets one. */
  again(exit: ReplicaExit): void;
}

export interface WorkerSettings {
  readonly index: number;
  readonly attempts: number;
  readonly config: BatchConfig;
  readonly entry: RuntimeEntry;
  /** The same for all workers that are started together. */
  readonly execution: string;
  /** Ends the worker as the platform would: with a signal. */
  readonly signal: AbortSignal;
  /** Ends it at once. */
  readonly kill: AbortSignal;
}

/** Runs one worker as the platforms do: again on errors worth it, at most as often as the job says. */
export async function runWorker(settings: WorkerSettings, listener: WorkerListener): Promise<ReplicaExit> {
  for (let attempt = 1; ; attempt++) {
    const exit = await runOnce(settings, listener);
    if (settings.signal.aborted || !isRetryable(exit) || attempt >= settings.attempts) return exit;
    listener.again(exit);
  }
}

async function runOnce(
  { index, config, entry, execution, signal, kill }: WorkerSettings,
  listener: WorkerListener,
): Promise<ReplicaExit> {
  const worker = new ReplicaProcess(
    {
      ...{ config, entry },
      environment: { JOB_COMPLETION_INDEX: String(index), INFERSTACK_EXECUTION: execution },
    },
    {
      message: () => undefined,
      gone: () => undefined,
      line: (line) => {
        listener.line(line);
        const progress = readProgress(line);
        if (progress !== undefined) listener.progress(progress);
      },
    },
  );
  const stop = (): void => worker.kill('SIGTERM');
  const end = (): void => worker.kill('SIGKILL');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  kill.addEventListener('abort', end, { once: true });
  try {
    return await worker.exited;
  } finally {
    signal.removeEventListener('abort', stop);
    kill.removeEventListener('abort', end);
  }
}

/** Killed from outside, or an error that may not come again. */
const isRetryable = ({ code }: ReplicaExit): boolean =>
  code === null || code > 128 || BATCH_RETRYABLE.includes(code);

function readProgress(line: string): WorkerProgress | undefined {
  if (!line.includes('"batch_progress"') && !line.includes('"batch_done"')) return undefined;
  try {
    const {
      rows = 0,
      bad = 0,
      rowsPerSecond,
      seconds,
    } = JSON.parse(line) as Readonly<Record<string, number>>;
    // At its end a worker tells how long it took.
    const average = seconds ? Math.round(rows / seconds) : 0;
    return { rows, bad, rowsPerSecond: rowsPerSecond ?? average };
  } catch {
    return undefined;
  }
}
