import type { RehearsalEvent, RehearsalOutcome } from '../contract';
import { RequestError } from '../errors';
import type { RolloutEvent } from '../rollout';
import type { ServeRole } from '../serve';
import { GateHistory } from './gate-history';
import { ask, type RehearsedRequest } from './request';

/** Plays traffic against a rollout whose clock it moves: the models and the gates are real, the time is not. */
export class Rehearsal {
  /** What gates take for the time. */
  nowMs = 0;
  private readonly history = new GateHistory();
  private readonly events: RehearsalEvent[] = [];
  private nextLook: number;
  private requests = 0;
  private exposed = 0;
  private lost = 0;
  private refused = 0;
  private firstRefusal: string | null = null;
  private role!: ServeRole;

  constructor(
    private readonly model: string,
    private readonly evaluateMs: number,
    private readonly onEvent: (event: RehearsalEvent) => void,
  ) {
    this.nextLook = evaluateMs;
  }

  /** To be told what happens to the rollout. */
  readonly happened = ({ action, actor, reason, percent }: RolloutEvent): void => {
    const event = { atMs: this.nowMs, action, actor, reason, percent };
    this.events.push(event);
    this.onEvent(event);
  };

  /**
   * @param traffic in the order of its times.
   * @param intervalMs between two requests; undefined: as recorded.
   * @param untilMs time that goes by after the last request, if nothing is decided by then.
   */
  async play(
    role: ServeRole,
    traffic: AsyncIterable<RehearsedRequest>,
    intervalMs: number | undefined,
    untilMs: number,
  ): Promise<void> {
    this.role = role;
    for await (const request of traffic) {
      this.advance(intervalMs === undefined ? (request.offsetMs ?? this.nowMs) : this.requests * intervalMs);
      if (this.decided) return;
      await this.send(request);
    }
    this.advance(untilMs);
  }

  outcome(unjudged: readonly string[]): RehearsalOutcome {
    const { agreement, steps, step, variants, stable, candidate } = this.status;
    const { requests, exposed, lost, refused, firstRefusal, events } = this;
    const start = events.find(({ action }) => action === 'start');
    const end = events.find(({ action }) => action === 'rollback');
    return {
      ...{ model: this.model, ...this.verdict(), steps, step, simulatedMs: this.nowMs },
      detectMs: start && end ? end.atMs - start.atMs : null,
      ...{ requests, exposed, lost, refused, firstRefusal, events, gates: this.history.gates, unjudged },
      stable: { version: stable, ...variants.stable },
      candidate: { version: candidate, ...variants.candidate },
      agreement: { rows: agreement.rows, ratio: agreement.ratio },
    };
  }

  private get status() {
    return this.role.rollouts!.status().find(({ model }) => model === this.model)!;
  }

  private get traffic() {
    return this.role.rollouts!.of(this.model)!;
  }

  /** Held with every gate passed is held for somebody to promote it. */
  private get waitsToBePromoted(): boolean {
    const { phase, findings } = this.traffic.controller;
    return phase === 'held' && findings.every(({ verdict }) => verdict === 'pass');
  }

  private get decided(): boolean {
    return this.traffic.controller.ended || this.waitsToBePromoted;
  }

  /** Looks at the gates as often as the runtime would until then. */
  private advance(untilMs: number): void {
    while (this.nextLook <= untilMs && !this.decided) {
      this.nowMs = this.nextLook;
      this.nextLook += this.evaluateMs;
      this.role.rollouts!.evaluate();
      this.history.note(this.traffic.controller.findings, this.nowMs);
    }
    if (!this.decided) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  private async send(request: RehearsedRequest): Promise<void> {
    this.requests++;
    try {
      const { instance } = await ask(this.role.service, this.model, request);
      if (instance.version === this.traffic.controller.config.candidate) this.exposed++;
    } catch (error) {
      if (error instanceof RequestError && error.http < 500) {
        this.refused++;
        this.firstRefusal ??= error.message;
      } else this.lost++;
    }
    // Before the next request: how many comparisons there are must not depend on how fast this machine is.
    await this.traffic.settled();
  }

  private verdict(): Pick<RehearsalOutcome, 'verdict' | 'reason'> {
    const { phase } = this.traffic.controller;
    const last = this.events.at(-1);
    if (phase === 'promoted') return { verdict: 'promote', reason: last!.reason };
    if (phase === 'rolled_back') return { verdict: 'reject', reason: last!.reason };
    if (this.waitsToBePromoted)
      return { verdict: 'promote', reason: 'all gates pass; somebody has to promote it' };
    const unsure = this.history.gates.find(({ verdict }) => verdict !== 'pass');
    if (unsure !== undefined) return { verdict: 'hold', reason: `${unsure.name}: ${unsure.reason}` };
    return { verdict: 'hold', reason: 'the traffic ended before the last step did' };
  }
}
