import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '../contenders/contender';
import type { Target } from '../load/target';
import { type Cores, pinned } from './cores';
import { sendOnce, type WholeReply } from './send-once';

const POLL_MS = 5;
const START_TIMEOUT_MS = 120_000;
/** A server may refuse requests while its model loads; one that goes on refusing them is wrong. */
const REFUSED_FOR_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const LOG_TAIL = 600;

/** A server under test, in a process group of its own so that it ends with all it started. */
export class ServerProcess {
  /**
   * Starts the server and waits until it answers a prediction rightly.
   *
   * @param check throws when the answer is wrong
   * @throws Error with the end of the server's log
   */
  static async start(
    command: Command,
    cores: Cores,
    scratch: string,
    target: Target,
    check: (reply: WholeReply) => void,
  ): Promise<ServerProcess> {
    const server = new ServerProcess(command, cores, path.join(scratch, 'server.log'));
    try {
      const reply = await server.firstReply(target);
      server.firstReplyMs = performance.now() - server.startedAt;
      check(reply);
      return server;
    } catch (error) {
      await server.stop();
      throw new Error(`${(error as Error).message}\n${server.logTail()}`);
    }
  }

  /** From the start of the process to its first prediction. */
  firstReplyMs = Number.NaN;
  private readonly startedAt = performance.now();
  private readonly child: ChildProcess;

  private constructor(
    command: Command,
    cores: Cores,
    private readonly logFile: string,
  ) {
    const log = openSync(logFile, 'w');
    const [program, ...args] = pinned(cores, command.argv);
    this.child = spawn(program!, args, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    this.child.on('error', () => undefined);
    closeSync(log);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Asks it to end, then ends the whole group: some servers leave workers behind. */
  async stop(): Promise<void> {
    if (this.child.pid === undefined) return;
    this.signal('SIGTERM');
    for (let waited = 0; this.running() && waited < STOP_TIMEOUT_MS; waited += 20) await sleep(20);
    this.signal('SIGKILL');
    while (this.running()) await sleep(POLL_MS);
  }

  private async firstReply(target: Target): Promise<WholeReply> {
    let refusedAt: number | undefined;
    for (let now = performance.now(); now - this.startedAt < START_TIMEOUT_MS; now = performance.now()) {
      if (!this.running()) throw new Error('the server ended before it answered');
      const reply = await sendOnce(target).catch(() => undefined);
      if (reply?.status === 200) return reply;
      if (reply && reply.status < 500) {
        refusedAt ??= now;
        if (now - refusedAt > REFUSED_FOR_MS) throw new Error(refusal(reply));
      }
      await sleep(POLL_MS);
    }
    throw new Error(`no prediction within ${START_TIMEOUT_MS / 1000} s`);
  }

  private running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The group is gone.
    }
  }

  private logTail(): string {
    return readFileSync(this.logFile, 'utf8').slice(-LOG_TAIL).trim();
  }
}

function refusal({ status, body }: WholeReply): string {
  return `HTTP ${status}: ${body.toString('utf8', 0, LOG_TAIL).replace(/\s+/g, ' ')}`;
}
