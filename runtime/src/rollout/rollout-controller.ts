import type { RolloutCause, RolloutPhase } from '../contract/rollout-status';
import type { RolloutConfig } from '../contract/rollouts';
import type { Finding, GateJudge } from './finding';
import { gateJudge } from './gate-judge';
import { Observations } from './observations';
import type { Ask } from './query-judge';

export type { RolloutPhase } from '../contract/rollout-status';

const ENDED: ReadonlySet<RolloutPhase> = new Set(['promoted', 'rolled_back', 'stopped']);

/** Something that happened to a rollout, for the audit log. */
export interface RolloutEvent {
  readonly action: 'start' | 'advance' | 'hold' | 'promote' | 'rollback' | 'stop';
  /** `gate`, `clock`, `runtime`, or the name of the key of whoever asked. */
  readonly actor: string;
  readonly reason: string;
  readonly phase: RolloutPhase;
  readonly percent: number;
}

export interface RolloutControllerOptions {
  /** Milliseconds on any clock that goes forward. */
  readonly now: () => number;
  readonly onEvent: (event: RolloutEvent) => void;
  /** Who knows the figures of gates on other metrics. @default - nobody: such gates stay inconclusive */
  readonly ask?: Ask;
}

/** Decides how far a candidate has come: which share it answers, and whether that grows, waits or ends. */
export class RolloutController {
  phase: RolloutPhase = 'waiting';
  /** What brought it into this phase. */
  cause: RolloutCause | null = null;
  observations: Observations;
  /** What the gates said last. */
  findings: readonly Finding[] = [];
  private step = 0;
  private stepSince = 0;
  private judges: readonly GateJudge[] = [];

  constructor(
    readonly config: RolloutConfig,
    private readonly options: RolloutControllerOptions,
  ) {
    this.observations = new Observations(options.now());
  }

  get ended(): boolean {
    return ENDED.has(this.phase);
  }

  /** Share of the requests the candidate answers, percent. */
  get percent(): number {
    if (this.phase === 'promoted') return 100;
    return this.active ? this.config.steps[this.step]!.percent : 0;
  }

  /** Share of the other requests it computes too, percent. */
  get shadowPercent(): number {
    return this.active ? this.config.steps[this.step]!.shadowPercent : 0;
  }

  /** Number of the step, from 0. */
  get stepIndex(): number {
    return this.step;
  }

  private get active(): boolean {
    return this.phase === 'running' || this.phase === 'held';
  }

  /** It ended before this process began. */
  resume(phase: RolloutPhase, reason: string): void {
    this.phase = phase;
    this.cause = { actor: 'memory', reason };
  }

  /** The candidate is loaded: from now on it gets its share. */
  start(): void {
    if (this.phase !== 'waiting') return;
    const now = this.options.now();
    this.observations = new Observations(now);
    const { ask } = this.options;
    this.judges = this.config.gates.map((gate) => gateJudge(gate, this.observations, now, ask));
    this.stepSince = now;
    this.enter('running', 'start', 'runtime', 'the candidate is loaded and its golden samples hold');
  }

  /** Looks at the gates and the clock. */
  evaluate(): void {
    if (!this.active) return;
    const now = this.options.now();
    this.findings = this.judges.map((judge) => judge.judge(now));
    const failed = this.findings.find(({ verdict }) => verdict === 'fail');
    if (failed !== undefined) {
      this.rollback('gate', `${failed.gate}: ${failed.reason}`);
      return;
    }
    if (now - this.stepSince < this.config.steps[this.step]!.holdMs) return;
    const unsure = this.findings.find(({ verdict }) => verdict === 'inconclusive');
    if (unsure === undefined) this.advance(now);
    else if (this.config.onInconclusive === 'rollback') {
      this.rollback('gate', `${unsure.gate} is inconclusive: ${unsure.reason}`);
    } else this.hold(`${unsure.gate} is inconclusive: ${unsure.reason}`);
  }

  promote(actor: string, reason: string): void {
    if (!this.ended) this.enter('promoted', 'promote', actor, reason);
  }

  /** All requests to stable, for good. */
  rollback(actor: string, reason: string): void {
    if (this.phase === 'rolled_back' || this.phase === 'stopped') return;
    this.enter('rolled_back', 'rollback', actor, reason);
  }

  /** Ends it without a judgement: all requests to stable. */
  stop(actor: string, reason: string): void {
    if (!this.ended) this.enter('stopped', 'stop', actor, reason);
  }

  private advance(now: number): void {
    if (this.step < this.config.steps.length - 1) {
      this.step++;
      this.stepSince = now;
      this.enter('running', 'advance', 'gate', 'all gates pass');
    } else if (this.config.promotion === 'automatic') this.promote('gate', 'all gates pass');
    else this.hold('all gates pass; waiting to be promoted');
  }

  private hold(reason: string): void {
    if (this.phase !== 'held') this.enter('held', 'hold', 'gate', reason);
    // Not told again, but whoever looks sees what it waits for now.
    else this.cause = { actor: 'gate', reason };
  }

  private enter(phase: RolloutPhase, action: RolloutEvent['action'], actor: string, reason: string): void {
    this.phase = phase;
    this.cause = { actor, reason };
    this.options.onEvent({ action, actor, reason, phase, percent: this.percent });
  }
}
