import type { Tensor } from '../../contract';

/** Called once per run, with an error or with the outputs. */
export type RunDone = (error: unknown, outputs: readonly Tensor[] | undefined) => void;

/** One place where a model can be run, one run at a time in the order they come. */
export interface Lane {
  /** Whether it takes a run: not while one is in progress (see `taken`), while the lane starts, and after it was closed. */
  readonly idle: boolean;
  /** Runs it has and has not done, for lanes that take one before the last is done. @default - none while it is idle */
  readonly taken?: number;
  /** True when it will never be idle again. @default false */
  readonly dead?: boolean;
  /**
   * Starts a run; the lane must be idle. `done` may be called before this returns.
   *
   * @param given whether nobody else reads the inputs any more, so that they may be handed over instead of copied.
   */
  run(inputs: readonly Tensor[], done: RunDone, given?: boolean): void;
  /** Lets a run in progress finish, then frees the model. */
  close(): Promise<void>;
}

/** The worker of a lane is gone, and with it the run: not the fault of any single request. */
export class LaneLostError extends Error {
  override readonly name = 'LaneLostError';

  /** @param begun whether the run had begun: another may have been the cause, but none that waited behind it. */
  constructor(
    message: string,
    readonly begun = true,
  ) {
    super(message);
  }
}
