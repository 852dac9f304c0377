import { Duration, type DurationLike } from './duration';

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
    const { bake = Duration.minutes(5), timeout = Duration.minutes(15) } = this.options;
    return {
      strategy: 'rolling',
      bakeSeconds: bake.toMilliseconds() / 1000,
      timeoutSeconds: timeout.toMilliseconds() / 1000,
    };
  }
}
