import type { DurationLike } from './duration';

export interface RollingOptions {
  /**
   * Time the alarms are watched after the last new replica took traffic; an alarm until then rolls back.
   * @default Duration.minutes(5)
   */
  readonly bake?: DurationLike;
  /**
   * Time for the new replicas to become ready; later the deployment has failed and rolls back or halts.
   * @default Duration.minutes(15)
   */
  readonly timeout?: DurationLike;
}

/**
 * The times unless said otherwise. Exported for platforms whose rollouts have times of their own: they take these
 * values as "not asked for" and refuse every other they cannot keep.
 */
export const DEFAULT_ROLLOUT = { bakeSeconds: 300, timeoutSeconds: 900 } as const;

/** How a new version takes over, resolved. */
export interface RolloutPlan {
  readonly strategy: 'rolling';
  readonly bakeSeconds: number;
  readonly timeoutSeconds: number;
}

/** How a new version takes over from the old one. */
export abstract class Rollout {
  /**
   * Replaces replicas step by step, never below the wanted number. New ones that do not become ready stop the rollout
   * on every platform, before the old ones are gone; what goes back by itself is the platform's: ECS does, on alarms
   * and failed starts, Kubernetes halts and alerts with the command to undo.
   */
  static rolling(options: RollingOptions = {}): Rollout {
    return new RollingRollout(options);
  }

  abstract bind(): RolloutPlan;
}

class RollingRollout extends Rollout {
  constructor(private readonly options: RollingOptions) {
    super();
  }

  bind(): RolloutPlan {
    const { bake, timeout } = this.options;
    return {
      strategy: 'rolling',
      bakeSeconds: secondsOr(bake, DEFAULT_ROLLOUT.bakeSeconds),
      timeoutSeconds: secondsOr(timeout, DEFAULT_ROLLOUT.timeoutSeconds),
    };
  }
}

const secondsOr = (duration: DurationLike | undefined, otherwise: number): number =>
  duration === undefined ? otherwise : duration.toMilliseconds() / 1000;
