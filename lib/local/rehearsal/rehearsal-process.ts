import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  ProblemError,
  type RehearsalEvent,
  type RehearsalMessage,
  type RehearsalOutcome,
  type RehearsalTask,
  type RuntimeConfig,
} from '@inferstack/runtime/contract';
import { explainExit } from '../explain-exit';
import type { RuntimeEntry } from '../runtime-entry';

const KEPT_LINES = 20;

export interface RehearsalRun {
  readonly config: RuntimeConfig;
  readonly task: RehearsalTask;
  readonly entry: RuntimeEntry;
  readonly onEvent: (event: RehearsalEvent) => void;
}

/**
 * Rehearses in a process of the runtime: its engine and its crashes stay there.
 *
 * @throws ProblemError LOCAL_REHEARSAL_FAILED with the words of that process.
 */
export function runRehearsalProcess({
  config,
  task,
  entry,
  onEvent,
}: RehearsalRun): Promise<RehearsalOutcome> {
  const child = spawn(process.execPath, [...(entry.execArgv ?? []), entry.file], {
    env: {
      ...process.env,
      INFERSTACK_CONFIG: JSON.stringify(config),
      INFERSTACK_REHEARSAL: JSON.stringify(task),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lastLines: string[] = [];
  for (const input of [child.stdout!, child.stderr!]) {
    createInterface({ input }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
    });
  }
  return new Promise((resolve, reject) => {
    child.on('message', (message: RehearsalMessage) => {
      if (message.type === 'event') onEvent(message.event);
      else resolve(message.outcome);
    });
    child.once('error', reject);
    // After the last line was read; nothing comes of it once there is an outcome.
    child.once('close', (code, signal) =>
      reject(failed(config.endpoint, explainExit({ code, signal, lastLines }))),
    );
  });
}

const failed = (at: string, got: string): ProblemError =>
  new ProblemError([
    {
      code: 'LOCAL_REHEARSAL_FAILED',
      at,
      what: 'the rehearsal came to no verdict',
      got,
      remedy: 'See what it says.',
    },
  ]);
