import type { RuntimeConfig } from '@inferstack/runtime/contract';
import { explainExit } from './explain-exit';
import { type ReplicaExit, ReplicaProcess } from './replica-process';
import type { RuntimeEntry } from './runtime-entry';
import type { RuntimeMessage } from './runtime-message';
import type { TcpUpstream } from './tcp-balancer';
import { Upstream } from './upstream';

/**
 * starting: the process loads the model. ready: it takes requests. restarting: it ended and is started again after a
 * pause. crash-looping: the same, five times in a row without ten seconds of readiness. stopping, stopped: on demand.
 */
export type ReplicaState = 'starting' | 'ready' | 'restarting' | 'crash-looping' | 'stopping' | 'stopped';

export interface ReplicaEvents {
  changed(replica: Replica): void;
  line(replica: Replica, line: string): void;
}

export interface ReplicaSettings {
  readonly config: RuntimeConfig;
  readonly entry: RuntimeEntry;
  /** Variables besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const CRASH_LOOP = 5;
const STABLE_MS = 10_000;
/** Beyond the drain times of the configuration, before the process is killed. */
const STOP_GRACE_MS = 5000;
/** Beyond the request timeout of the runtime, which answers 504 itself. */
const ANSWER_GRACE_MS = 5000;

/** One replica through all its processes: started again, with growing pauses, whenever it ends unasked. */
export class Replica {
  state: ReplicaState = 'starting';
  restarts = 0;
  /** Why it ended last, with its last words. */
  lastFailure: string | undefined;
  /** Set while it may take requests. */
  upstream: Upstream | undefined;
  /** The same for gRPC, where the endpoint has it. */
  grpcUpstream: TcpUpstream | undefined;
  managementOrigin: string | undefined;
  /** Whether any of its processes was ever ready. */
  everReady = false;
  private process: ReplicaProcess | undefined;
  private inferenceOrigin: string | undefined;
  private grpcPort: number | null = null;
  private failuresInRow = 0;
  private readySince: number | undefined;
  private pause: NodeJS.Timeout | undefined;

  constructor(
    readonly index: number,
    private readonly settings: ReplicaSettings,
    private readonly events: ReplicaEvents,
  ) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  start(): void {
    this.process = new ReplicaProcess(this.settings, {
      message: (message) => this.onMessage(message),
      line: (line) => this.events.line(this, line),
      gone: () => this.withdraw(),
    });
    this.change('starting');
    void this.process.exited.then((exit) => this.onExit(exit));
  }

  /** Lets it drain as its configuration says, then makes sure that it is gone. */
  async stop(): Promise<void> {
    const { delayMs, timeoutMs } = this.settings.config.drain;
    await this.end('SIGTERM', delayMs + timeoutMs + STOP_GRACE_MS);
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL', 0);
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL', patienceMs: number): Promise<void> {
    clearTimeout(this.pause);
    const { process } = this;
    if (process === undefined) {
      this.change('stopped');
      return;
    }
    if (this.state !== 'stopping') this.change('stopping');
    process.kill(signal);
    const deadline = setTimeout(() => process.kill('SIGKILL'), patienceMs);
    await process.exited;
    clearTimeout(deadline);
  }

  private onMessage(message: RuntimeMessage): void {
    if (message.type === 'listening') {
      this.inferenceOrigin = originAt(message.inference);
      this.managementOrigin = originAt(message.management);
      this.grpcPort = message.grpc;
      return;
    }
    if (this.state !== 'starting' || this.inferenceOrigin === undefined) return;
    const { requestTimeoutMs } = this.settings.config.limits;
    this.upstream = new Upstream(this.inferenceOrigin, requestTimeoutMs + ANSWER_GRACE_MS);
    if (this.grpcPort !== null) this.grpcUpstream = { port: this.grpcPort, connections: 0 };
    this.everReady = true;
    this.readySince = performance.now();
    this.change('ready');
  }

  private withdraw(): void {
    void this.upstream?.close();
    this.upstream = undefined;
    this.grpcUpstream = undefined;
    this.managementOrigin = undefined;
    this.inferenceOrigin = undefined;
  }

  private onExit(exit: ReplicaExit): void {
    this.withdraw();
    this.process = undefined;
    if (this.state === 'stopping') this.change('stopped');
    else this.restart(exit);
  }

  private restart(exit: ReplicaExit): void {
    const stable = this.readySince !== undefined && performance.now() - this.readySince >= STABLE_MS;
    this.readySince = undefined;
    this.failuresInRow = stable ? 1 : this.failuresInRow + 1;
    this.restarts++;
    this.lastFailure = explainExit(exit);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failuresInRow - 1));
    this.pause = setTimeout(() => this.start(), pauseMs);
    this.change(this.failuresInRow >= CRASH_LOOP ? 'crash-looping' : 'restarting');
  }

  private change(state: ReplicaState): void {
    this.state = state;
    this.events.changed(this);
  }
}

const originAt = (port: number): string => `http://127.0.0.1:${port}`;
