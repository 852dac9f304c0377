import type { Tensor } from '../../contract';
import { ProblemError } from '../../contract';
import type { Calibration } from './calibrate';
import { type Lane, LaneLostError, type RunDone } from './lane';
import { buffersOf, compact, type FromWorker, type LaneSpec, type ToWorker } from './lane-messages';

/** A worker, thread or process, as a lane sees it. */
export interface WorkerHandle {
  /** @param given what the sender gives away with the message; only a thread can take it without a copy. */
  send(message: ToWorker, given?: readonly ArrayBuffer[]): void;
  /** Ends it by force, if that harms nobody else; returns whether it could. */
  kill(): boolean;
  /** Of a process. @default - it is a thread, or could not be started */
  readonly pid?: number | undefined;
}

/**
 * Starts a worker and reports what it says.
 *
 * @param onExit is called once. `forGood`: another one would end the same way.
 */
export type StartWorker = (
  spec: LaneSpec,
  onMessage: (message: FromWorker) => void,
  onExit: (reason: string, forGood?: boolean) => void,
) => WorkerHandle;

export interface WorkerLaneOptions {
  /** A run that takes longer counts as hung; its worker is replaced. Milliseconds. */
  readonly hangMs: number;
  /**
   * Runs the worker is given before it has done the last one: it then need not wait for a busy thread.
   *
   * @default 0
   */
  readonly ahead?: number | undefined;
  /** Called when the lane has become idle by starting (again). */
  readonly onIdle: () => void;
  /** Called when a worker was lost. */
  readonly onLost: (reason: string) => void;
  /** Called when a worker is lost for good, and the lane with it. */
  readonly onGivenUp: (reason: string) => void;
}

const RESTART_DELAY_MS = { first: 100, most: 10_000 } as const;
/** Workers lost in a row, without a single run between, after which no other is tried: about 1.5 s for crashes. */
const MAX_LOSSES_IN_ROW = 5;

/** Runs in a worker of its own and replaces it when it crashes or hangs. */
export class WorkerLane implements Lane {
  private worker: WorkerHandle | undefined;
  private ready = false;
  /** Of the runs the worker has, in their order. */
  private underWay: RunDone[] = [];
  private hang: NodeJS.Timeout | undefined;
  private restart: NodeJS.Timeout | undefined;
  private failures = 0;
  private givenUp = false;
  private closing: (() => void) | undefined;
  private started: { resolve: (measured?: Calibration) => void; reject: (error: Error) => void } | undefined;

  constructor(
    private readonly start: StartWorker,
    private readonly spec: LaneSpec,
    private readonly options: WorkerLaneOptions,
  ) {}

  get dead(): boolean {
    return this.givenUp;
  }

  get idle(): boolean {
    return this.ready && this.taken <= (this.options.ahead ?? 0) && this.closing === undefined;
  }

  get taken(): number {
    return this.underWay.length;
  }

  /** Starts the first worker; rejects when it cannot load the model. Resolves with what it measured, if it was to. */
  open(): Promise<Calibration | undefined> {
    return new Promise((resolve, reject) => {
      this.started = { resolve, reject };
      this.spawn();
    });
  }

  run(inputs: readonly Tensor[], done: RunDone, given = false): void {
    this.underWay.push(done);
    if (this.taken === 1) this.watch();
    const own = compact(inputs);
    const ours = own.filter(({ data }, i) => given || data !== inputs[i]!.data);
    this.worker!.send({ type: 'run', inputs: own }, buffersOf(ours));
  }

  close(): Promise<void> {
    clearTimeout(this.restart);
    if (this.worker === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.closing = resolve;
      this.worker!.send({ type: 'close' });
    });
  }

  /** From the moment on when a run is the first one. */
  private watch(): void {
    this.hang = setTimeout(() => this.abandon(), this.options.hangMs);
  }

  private spawn(): void {
    // Measured once: one that takes the place of another has requests waiting.
    const spec = this.started === undefined ? { ...this.spec, calibrateOn: undefined } : this.spec;
    const handle = this.start(
      spec,
      (message) => {
        if (handle === this.worker) this.receive(message);
        // A worker that was given up in a long run has come back, and can be stopped now.
        else handle.send({ type: 'close' });
      },
      (reason, forGood = false) => {
        if (handle === this.worker) this.exited(reason, forGood);
      },
    );
    this.worker = handle;
  }

  private receive(message: FromWorker): void {
    if (message.type === 'ready') this.becameReady(message.calibration);
    else if (message.type === 'done') this.finish(undefined, message.outputs);
    else if (this.taken > 0) this.finish(new ProblemError(message.problems), undefined);
    else this.started?.reject(new ProblemError(message.problems));
  }

  private becameReady(calibration: Calibration | undefined): void {
    this.ready = true;
    this.started?.resolve(calibration);
    this.started = undefined;
    this.options.onIdle();
  }

  private finish(error: unknown, outputs: readonly Tensor[] | undefined): void {
    const done = this.underWay.shift();
    this.failures = 0;
    clearTimeout(this.hang);
    if (this.taken > 0) this.watch();
    done?.(error, outputs);
  }

  private exited(reason: string, forGood: boolean): void {
    this.worker = undefined;
    this.ready = false;
    if (this.closing) this.closed(reason);
    else if (this.started) this.started.reject(new LaneLostError(reason));
    else this.replace(reason, forGood);
  }

  /** A thread inside the engine cannot be stopped without aborting the process: it is left behind, and ignored. */
  private abandon(): void {
    const worker = this.worker!;
    this.worker = undefined;
    this.ready = false;
    worker.kill();
    const reason = `a run took longer than ${this.options.hangMs} ms`;
    if (this.closing) this.closed(reason);
    else this.replace(reason);
  }

  /** Nobody takes the place of a worker that ends while its lane is closed. */
  private closed(reason: string): void {
    const lost = this.endRuns();
    this.closing!();
    for (const done of lost) done(new LaneLostError(reason), undefined);
  }

  /** @returns the runs that will have no result. */
  private endRuns(): readonly RunDone[] {
    const lost = this.underWay;
    this.underWay = [];
    clearTimeout(this.hang);
    return lost;
  }

  private replace(reason: string, forGood = false): void {
    this.options.onLost(reason);
    const delay = Math.min(RESTART_DELAY_MS.most, RESTART_DELAY_MS.first * 2 ** this.failures);
    const lost = this.endRuns();
    this.failures++;
    if (!forGood && this.failures < MAX_LOSSES_IN_ROW) this.restart = setTimeout(() => this.spawn(), delay);
    else this.abandonLane(reason);
    for (const [i, done] of lost.entries()) done(new LaneLostError(reason, i === 0), undefined);
  }

  private abandonLane(reason: string): void {
    this.givenUp = true;
    this.options.onGivenUp(reason);
    // Requests that wait for a lane must hear of it.
    this.options.onIdle();
  }
}
