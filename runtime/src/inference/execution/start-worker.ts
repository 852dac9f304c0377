import { fork } from 'node:child_process';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromWorker, LaneSpec } from './lane-messages';
import type { StartWorker } from './worker-lane';

// From sources (tests, development) the entry is TypeScript, and the worker needs the same loader.
const EXTENSION = path.extname(__filename);
const ENTRY = path.join(__dirname, `worker-main${EXTENSION}`);
const EXEC_ARGV = EXTENSION === '.ts' ? ['--require', 'tsx/cjs'] : [];

/** A worker thread: the cheap kind, in the same process. */
export const startThread: StartWorker = (spec, onMessage, onExit) => {
  const worker = new Worker(ENTRY, { workerData: spec, execArgv: EXEC_ARGV });
  let reason: string | undefined;
  worker.on('message', (message: FromWorker) => onMessage(message));
  worker.on('error', (error) => {
    reason = error.message;
  });
  worker.on('exit', (code) => onExit(reason ?? `the worker thread ended with code ${code}`));
  return {
    send: (message) => worker.postMessage(message),
    // Terminating a thread inside the engine aborts the whole process.
    kill: () => false,
  };
};

/** A child process: survives crashes and hangs of the engine itself, at the price of copying every tensor twice. */
export const startProcess: StartWorker = (spec: LaneSpec, onMessage, onExit) => {
  const child = fork(ENTRY, [], { serialization: 'advanced', execArgv: EXEC_ARGV });
  child.on('message', (message) => onMessage(message as FromWorker));
  child.on('exit', (code, signal) => onExit(`the worker process ended with ${signal ?? `code ${code}`}`));
  child.on('error', () => child.kill('SIGKILL'));
  child.send(spec);
  return {
    send: (message) => child.connected && child.send(message, () => undefined),
    kill: () => child.kill('SIGKILL'),
  };
};
