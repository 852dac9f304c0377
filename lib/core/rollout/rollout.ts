import type { Gate as GatePlan, RolloutConfig } from '@inferstack/runtime/contract';
import type { DurationLike } from '../duration';
import type { ModelSource } from '../model-source';
import type { SecretRef } from '../secret-ref';
import type { AskedOfRollout } from './check-asked';
import { comparesAnswers, Gate } from './gate';
import type {
  BlueGreenOptions,
  CanaryOptions,
  GatedOptions,
  LinearOptions,
  RollingOptions,
  ShadowOptions,
} from './rollout-options';
import type { BoundRollout, RolloutPlan, RolloutStep, RolloutStrategy } from './rollout-plan';
import { millisOr, secondsOr } from './times';
import { type TrialContext, trialOf } from './trial';

/**
 * The times unless said otherwise. Exported for platforms whose rollouts have times of their own: they take these
 * values as "not asked for" and refuse every other they cannot keep.
 */
export const DEFAULT_ROLLOUT = { bakeSeconds: 300, timeoutSeconds: 900 } as const;

const MINUTES = 60;
const HOUR_MS = 3_600_000;

/** How a new version takes over from the old one. */
export abstract class Rollout {
  /** Replaces all replicas at the same time, as soon as the new ones are ready. The fastest way, and the one that risks most. */
  static allAtOnce(options: RollingOptions = {}): Rollout {
    return new PlainRollout('allAtOnce', options);
  }

  /**
   * Replaces replicas step by step, never below the wanted number. New ones that do not become ready stop the rollout
   * on every platform, before the old ones are gone; what goes back by itself is the platform's: ECS does, on alarms
   * and failed starts, Kubernetes halts and alerts with the command to undo.
   */
  static rolling(options: RollingOptions = {}): Rollout {
    return new PlainRollout('rolling', options);
  }

  /** Gives the new version a small share of the requests, and all of them when it did well. */
  static canary(options: CanaryOptions = {}): Rollout {
    const { percent = 10, bake, finalBake } = options;
    const steps = [{ percent, holdSeconds: secondsOr(bake, 30 * MINUTES) }];
    return new GatedRollout('canary', steps, secondsOr(finalBake, DEFAULT_ROLLOUT.bakeSeconds), options);
  }

  /** Gives the new version the same share more of the requests at every step. */
  static linear(options: LinearOptions = {}): Rollout {
    const { step = 10, interval, finalBake } = options;
    const holdSeconds = secondsOr(interval, 10 * MINUTES);
    const steps = sharesBelowAll(step).map((percent) => ({ percent, holdSeconds }));
    return new GatedRollout('linear', steps, secondsOr(finalBake, DEFAULT_ROLLOUT.bakeSeconds), options);
  }

  /** Starts the new version beside the old one, moves all requests at once, and keeps the old one to go back to. */
  static blueGreen(options: BlueGreenOptions = {}): Rollout {
    return new GatedRollout('blueGreen', [], secondsOr(options.bake, 30 * MINUTES), options);
  }

  /**
   * Lets a candidate compute what the stable version answers, compares both, and says promote, hold or reject. No caller
   * ever waits for it or gets its answer, until it is promoted by hand or by `trial.promotion`.
   */
  static shadow(options: ShadowOptions): Rollout {
    return new ShadowRollout(options);
  }

  /** The version that is tried beside the model of the endpoint. */
  abstract readonly candidate: ModelSource | undefined;

  /** Where the keys of those who may act on the trial are. */
  get adminKeys(): SecretRef | undefined {
    return undefined;
  }

  /** Options that mean nothing without a candidate, though there is none. */
  get unused(): readonly string[] {
    return [];
  }

  /** What was asked for, where the plan no longer tells by which prop. */
  get asked(): AskedOfRollout {
    return { share: undefined, memoryMiB: undefined };
  }

  /** @param trial which versions the runtime decides between; undefined when there is no candidate. */
  abstract bind(trial: TrialContext | undefined): BoundRollout;
}

class PlainRollout extends Rollout {
  readonly candidate = undefined;

  constructor(
    private readonly strategy: 'allAtOnce' | 'rolling',
    private readonly options: RollingOptions,
  ) {
    super();
  }

  bind(): BoundRollout {
    return { platform: plain(this.strategy, this.options), runtime: null };
  }
}

class GatedRollout extends Rollout {
  constructor(
    private readonly strategy: RolloutStrategy,
    private readonly steps: readonly RolloutStep[],
    private readonly bakeSeconds: number,
    private readonly options: GatedOptions,
  ) {
    super();
  }

  get candidate(): ModelSource | undefined {
    return this.options.candidate;
  }

  override get adminKeys(): SecretRef | undefined {
    return this.options.trial?.adminKeys;
  }

  override get unused(): readonly string[] {
    return this.candidate === undefined ? Object.keys(this.options.trial ?? {}) : [];
  }

  override get asked(): AskedOfRollout {
    const [first] = this.steps;
    const prop = this.strategy === 'linear' ? 'step' : 'percent';
    const share: AskedOfRollout['share'] = first === undefined ? undefined : { prop, percent: first.percent };
    return { share, memoryMiB: this.options.trial?.memoryMiB };
  }

  bind(trial: TrialContext | undefined): BoundRollout {
    const { gates, timeout } = this.options;
    if (trial !== undefined) {
      // The replicas that carry both versions are replaced as ever; the runtime does the rest.
      return { platform: plain('rolling', { timeout }), runtime: this.runtime(trial) };
    }
    const platform: RolloutPlan = {
      strategy: this.strategy,
      steps: this.steps,
      bakeSeconds: this.bakeSeconds,
      timeoutSeconds: secondsOr(timeout, DEFAULT_ROLLOUT.timeoutSeconds),
      gates: bound(gates ?? []),
    };
    return { platform, runtime: null };
  }

  private runtime(trial: TrialContext): RolloutConfig {
    // With all requests at the candidate there is nothing to compare its times with.
    const usual = this.steps.length === 0 ? [Gate.errors()] : [Gate.errors(), Gate.latency()];
    const { gates = usual, trial: options = {} } = this.options;
    const all = [...this.steps, { percent: 100, holdSeconds: this.bakeSeconds }];
    const plans = bound(gates);
    const shadowPercent = options.compare ?? (plans.some(comparesAnswers) ? 20 : 0);
    const steps = all.map(({ percent, holdSeconds }) => ({
      percent,
      shadowPercent,
      holdMs: holdSeconds * 1000,
    }));
    return trialOf(trial, { steps, gates: plans }, options);
  }
}

class ShadowRollout extends Rollout {
  readonly candidate: ModelSource;

  constructor(private readonly options: ShadowOptions) {
    super();
    this.candidate = options.candidate;
  }

  override get adminKeys(): SecretRef | undefined {
    return this.options.trial?.adminKeys;
  }

  override get asked(): AskedOfRollout {
    const { sample = 100, trial } = this.options;
    return { share: { prop: 'sample', percent: sample }, memoryMiB: trial?.memoryMiB };
  }

  bind(trial: TrialContext | undefined): BoundRollout {
    // Only while its candidate is refused: the plan is never used.
    if (trial === undefined) return { platform: plain('rolling', {}), runtime: null };
    const { sample = 100, duration, trial: options = {} } = this.options;
    const { gates = [Gate.agreement(), Gate.errors(), Gate.latency()] } = this.options;
    const steps = [{ percent: 0, shadowPercent: sample, holdMs: millisOr(duration, HOUR_MS) }];
    const runtime = trialOf(trial, { steps, gates: bound(gates) }, { promotion: 'manual', ...options });
    return { platform: plain('rolling', {}), runtime };
  }
}

function plain(
  strategy: 'allAtOnce' | 'rolling',
  {
    bake,
    timeout,
  }: { readonly bake?: DurationLike | undefined; readonly timeout?: DurationLike | undefined },
): RolloutPlan {
  return {
    strategy,
    steps: [],
    bakeSeconds: secondsOr(bake, DEFAULT_ROLLOUT.bakeSeconds),
    timeoutSeconds: secondsOr(timeout, DEFAULT_ROLLOUT.timeoutSeconds),
    gates: [],
  };
}

/** The shares before all requests; a step that cannot be gives one step, and is refused. */
function sharesBelowAll(step: number): number[] {
  if (!(step >= 1 && step < 100)) return [step];
  return Array.from({ length: Math.ceil(100 / step) - 1 }, (_, i) => (i + 1) * step);
}

const bound = (gates: readonly Gate[]): GatePlan[] => gates.map((gate) => gate.bind());
