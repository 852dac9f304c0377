import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { FromWorker, LaneSpec } from './lane-messages';
import { MemoryWatch } from './memory-watch';
import { processEntry } from './process-entry';
import type { StartWorker } from './worker-lane';

const ENTRY = processEntry('worker-main');

/** A worker thread: the cheap kind, in the same process. */
export const startThread: StartWorker = (spec, onMessage, onExit) => {
  const worker = new Worker(ENTRY.file, { workerData: spec, execArgv: ENTRY.execArgv });
  let reason: string | undefined;
  worker.on('message', (message: FromWorker) => onMessage(message));
  worker.on('error', (error) => {
    reason = error.message;
  });
  worker.on('exit', (code) => onExit(reason ?? `the worker thread ended with code ${code}`));
  return {
    send: (message, given = []) => worker.postMessage(message, given),
    // Terminating a thread inside the engine aborts the whole process.
    kill: () => false,
  };
};

/** A child process: survives crashes and hangs of the engine itself, at the price of copying every tensor twice. */
export const startProcess: StartWorker = (spec: LaneSpec, onMessage, onExit) => {
  const child = fork(ENTRY.file, [], { serialization: 'advanced', execArgv: ENTRY.execArgv });
  child.on('message', (message) => onMessage(message as FromWorker));
  child.on('exit', (code, signal) => onExit(`the worker process ended with ${signal ?? `code ${code}`}`));
  child.on('error', () => child.kill('SIGKILL'));
  child.send(spec);
  return {
    send: (message) => child.connected && child.send(message, () => undefined),
    kill: () => child.kill('SIGKILL'),
    pid: child.pid,
  };
};

/**
 * A child process that is ended, for good, when it takes more memory than it may: what leaks there takes nothing from
 * others.
 */
export function startBounded(maxBytes: number): StartWorker {
  return (spec, onMessage, onExit) => {
    let exceeded: string | undefined;
    const handle = startProcess(spec, onMessage, (reason) => {
      watch?.stop();
      onExit(exceeded ?? reason, exceeded !== undefined);
    });
    const watch = MemoryWatch.of(handle.pid, maxBytes, (bytes) => {
      exceeded = `the worker process took ${mib(bytes)} of memory; allowed: ${mib(maxBytes)}`;
      handle.kill();
    });
    return handle;
  };
}

const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
