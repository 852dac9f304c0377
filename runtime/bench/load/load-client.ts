import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Cores, pinned } from '../harness/cores';
import { tsxCommand } from '../harness/tsx-command';
import type { ClosedLoopOptions } from './closed-loop';
import type { Job, JobAnswer } from './job';
import type { LoadResult, OpenLoopResult } from './load-result';
import type { OpenLoopOptions } from './open-loop';
import type { Target } from './target';

/** The load generator in a process of its own, pinned to its cores, so that measuring never waits for the harness. */
export class LoadClient {
  private readonly child: ChildProcess;

  constructor(cores: Cores) {
    const [command, ...args] = pinned(cores, tsxCommand(path.join(__dirname, 'client-main.ts')));
    this.child = spawn(command!, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  closedLoop(target: Target, options: ClosedLoopOptions): Promise<LoadResult> {
    return this.ask<LoadResult>({ kind: 'closed', target, options });
  }

  openLoop(target: Target, options: OpenLoopOptions): Promise<OpenLoopResult> {
    return this.ask<OpenLoopResult>({ kind: 'open', target, options });
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }

  private async ask<Result>(job: Job): Promise<Result> {
    const gone = new AbortController();
    const answer = once(this.child, 'message', { signal: gone.signal }) as Promise<[JobAnswer<Result>]>;
    const died = () =>
      gone.abort(new Error(`the load client ended: ${this.child.signalCode ?? this.child.exitCode}`));
    this.child.once('exit', died);
    this.child.send(job);
    const [message] = await answer;
    this.child.off('exit', died);
    if (!message.ok) throw new Error(message.error);
    return message.result;
  }
}
