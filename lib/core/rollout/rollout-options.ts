import type { DurationLike } from '../duration';
import type { ModelSource } from '../model-source';
import type { SecretRef } from '../secret-ref';
import type { Gate } from './gate';

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

/** Of rollouts that move requests from the stable version to a new one while both run. */
export interface GatedOptions {
  /**
   * The new version, beside the `model` of the endpoint, which stays the stable one. Both are delivered, and the runtime
   * of every replica moves the requests: on every platform the same, and with gates on what the versions answer.
   * @default - the platform moves requests from what is deployed to what this program says, where it can
   */
  readonly candidate?: ModelSource;
  /**
   * What the new version must not do worse than. The alarms of `monitoring` watch besides.
   * @default - with a candidate: errors, and latency where the stable version answers too; without: the alarms alone
   */
  readonly gates?: readonly Gate[];
  /** Time for the new replicas to become ready. @default Duration.minutes(15) */
  readonly timeout?: DurationLike;
  /** How the runtime handles the candidate. Only with `candidate`. @default - see each prop */
  readonly trial?: TrialOptions;
}

/** How the runtime moves requests between two versions. */
export interface TrialOptions {
  /** Share of requests the other version computes too, afterwards, to be compared, percent. @default - 20 when a gate compares answers, else 0 */
  readonly compare?: number;
  /** Requests with the same value of this header get the same version. @default - spread evenly */
  readonly stickyHeader?: string;
  /** Whether the candidate takes over by itself after the last step, or waits to be told. @default 'automatic' */
  readonly promotion?: 'automatic' | 'manual';
  /** What happens at the end of a step when a gate has not seen enough. @default 'hold' */
  readonly onInconclusive?: 'hold' | 'rollback';
  /**
   * A request the candidate has not answered by then is answered by the stable version.
   * @default - 5 seconds, or half of `runtime.requestTimeout` if that is less
   */
  readonly fallback?: DurationLike;
  /**
   * Who may promote, roll back and stop by hand, on the management listener and by `inferstack rollout`: a secret of one
   * `<name>:<sha256 of the key, hex>` a line, which the target brings to the runtime.
   * @default - nobody; the gates and `promotion` alone decide
   */
  readonly adminKeys?: SecretRef;
  /**
   * Memory one worker process of the candidate may take before it is ended and the rollout with it, MiB.
   * @default - half of the memory of a replica, shared by the processes
   */
  readonly memoryMiB?: number;
}

export interface CanaryOptions extends GatedOptions {
  /** Share of the requests the new version answers first, percent. @default 10 */
  readonly percent?: number;
  /** Time it is watched at that share. @default Duration.minutes(30) */
  readonly bake?: DurationLike;
  /** Time it is watched with all requests, while the old version is still there. @default Duration.minutes(5) */
  readonly finalBake?: DurationLike;
}

export interface LinearOptions extends GatedOptions {
  /** Share of the requests added at each step, percent, 1 or more. @default 10 */
  readonly step?: number;
  /** Time between two steps. @default Duration.minutes(10) */
  readonly interval?: DurationLike;
  /** Time it is watched with all requests, while the old version is still there. @default Duration.minutes(5) */
  readonly finalBake?: DurationLike;
}

export interface BlueGreenOptions extends GatedOptions {
  /** Time the new version is watched with all requests, while the old one is still there. @default Duration.minutes(30) */
  readonly bake?: DurationLike;
}

export interface ShadowOptions {
  /** The version that is tried: it answers nobody. */
  readonly candidate: ModelSource;
  /** Share of the requests the candidate computes too, percent. @default 100 */
  readonly sample?: number;
  /** Least time before its verdict. @default Duration.hours(1) */
  readonly duration?: DurationLike;
  /** What the candidate must not do worse than. @default - agreement, errors and latency */
  readonly gates?: readonly Gate[];
  /** How the runtime handles the candidate. @default - see each prop, but for `promotion`: 'manual' */
  readonly trial?: Omit<TrialOptions, 'compare' | 'stickyHeader'>;
}
