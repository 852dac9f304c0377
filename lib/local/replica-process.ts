import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ProcessConfig } from '@inferstack/runtime/contract';
import type { RuntimeEntry } from './runtime-entry';
import { type RuntimeMessage, readRuntimeMessage } from './runtime-message';

const KEPT_LINES = 20;

export interface ProcessSettings {
  readonly config: ProcessConfig;
  readonly entry: RuntimeEntry;
  /** Variables besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ReplicaExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Last lines it wrote, oldest first. */
  readonly lastLines: readonly string[];
}

export interface ReplicaListener {
  message(message: RuntimeMessage): void;
  line(line: string): void;
  /** The process is no more; its last lines may still come. */
  gone(): void;
}

/**
 * One process of the serving runtime. It runs in a process group of its own, so that Ctrl-C in the terminal reaches
 * the supervisor alone, and it ends by itself when the supervisor is gone (its IPC channel closes).
 */
export class ReplicaProcess {
  readonly exited: Promise<ReplicaExit>;
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];

  constructor({ config, entry, environment }: ProcessSettings, listener: ReplicaListener) {
    this.child = spawn(process.execPath, [...(entry.execArgv ?? []), entry.file], {
      env: { ...process.env, ...environment, INFERSTACK_CONFIG: JSON.stringify(config) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.child.on('message', (value) => {
      const message = readRuntimeMessage(value);
      if (message !== undefined) listener.message(message);
    });
    for (const stream of [this.child.stdout, this.child.stderr]) this.readLines(stream!, listener);
    this.child.once('exit', () => listener.gone());
    this.exited = new Promise((resolve) => {
      const settle = (code: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ code, signal, lastLines: this.lines });
      // 'close' comes after the last line was read; 'error' when there never was a process.
      this.child.once('close', settle);
      this.child.once('error', (error) => {
        this.lines.push(error.message);
        settle(null, null);
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  private readLines(stream: Readable, listener: ReplicaListener): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.lines.push(line);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      listener.line(line);
    });
  }
}
