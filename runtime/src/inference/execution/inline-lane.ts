import type { Tensor } from '../../contract';
import type { Lane, RunDone } from './lane';

/** What a lane needs of a session. */
export interface SyncSession {
  runSync(inputs: readonly Tensor[]): Tensor[];
  close(): Promise<void>;
}

/**
 * Runs on the thread that asks. For models so small that handing a run to another thread costs more than the run:
 * all requests read in one turn of the event loop become one run (see `BatchScheduler`).
 */
export class InlineLane implements Lane {
  idle = true;

  constructor(private readonly session: SyncSession) {}

  run(inputs: readonly Tensor[], done: RunDone): void {
    let outputs: Tensor[];
    try {
      outputs = this.session.runSync(inputs);
    } catch (error) {
      done(error, undefined);
      return;
    }
    done(undefined, outputs);
  }

  async close(): Promise<void> {
    this.idle = false;
    await this.session.close();
  }
}
