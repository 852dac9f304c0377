import { RequestError } from '../errors';
import { type Caller, type ModelInstance, withinTime } from '../inference';
import type { Answer } from './agreement';
import { Attempt } from './attempt';
import { type Cohort, cohortOf } from './cohort';
import { hasFiniteOutputs } from './has-finite-outputs';
import type { Variant } from './observations';
import type { RolloutController } from './rollout-controller';
import type { RolloutSeries } from './rollout-metrics';
import { ShadowQueue } from './shadow-queue';

/** What a request asks of a version; asked again of another version when the first fails. */
export type Work<T> = (instance: ModelInstance, caller: Caller | undefined) => Promise<T>;

/** Lends a version to a piece of work. */
export type UseVersion = <T>(version: string, work: (instance: ModelInstance) => Promise<T>) => Promise<T>;

/**
 * Spreads the requests for one model over its two versions. No request is lost to the candidate: what it fails, answers
 * too late or refuses is answered by stable, and counted against the candidate.
 */
export class ModelTraffic {
  private readonly place: Cohort;
  private readonly shadowPlace = cohortOf('shadow');
  private readonly shadow: ShadowQueue;

  constructor(
    readonly controller: RolloutController,
    private readonly use: UseVersion,
    private readonly series: RolloutSeries,
  ) {
    const { model, candidate, shadowQueue } = controller.config;
    this.place = cohortOf(`${model}/${candidate}`);
    this.shadow = new ShadowQueue({ capacity: shadowQueue, onDropped: series.shadowDropped });
  }

  /** The version that answers those who name none, to tell of it. */
  get version(): string {
    const { phase, config } = this.controller;
    return phase === 'promoted' ? config.candidate : config.stable;
  }

  /** Resolves when no comparison waits or runs. */
  settled(): Promise<void> {
    return this.shadow.settled();
  }

  /** Drops the comparisons that wait. */
  clear(): void {
    this.shadow.clear();
  }

  async serve<T extends Answer>(caller: Caller | undefined, work: Work<T>): Promise<T> {
    const { controller } = this;
    const share = controller.percent / 100;
    const byCandidate = share > 0 && this.place(this.key(caller)) < share;
    const answer = byCandidate ? await this.byCandidate(caller, work) : await this.byStable(caller, work);
    const shadowShare = controller.shadowPercent / 100;
    if (shadowShare > 0 && this.shadowPlace(undefined) < shadowShare) this.mirror(answer, work);
    return answer;
  }

  private key(caller: Caller | undefined): string | undefined {
    const { stickyHeader } = this.controller.config;
    return stickyHeader === null ? undefined : caller?.header?.(stickyHeader);
  }

  private async byStable<T>(caller: Caller | undefined, work: Work<T>): Promise<T> {
    const { stable } = this.controller.config;
    if (caller) caller.version = stable;
    const start = performance.now();
    try {
      const answer = await this.use(stable, (instance) => work(instance, caller));
      this.observe('stable', start, false);
      return answer;
    } catch (error) {
      if (!isClientFault(error)) this.observe('stable', start, true);
      throw error;
    }
  }

  private async byCandidate<T extends Answer>(caller: Caller | undefined, work: Work<T>): Promise<T> {
    const { candidate } = this.controller.config;
    if (caller) caller.version = candidate;
    const start = performance.now();
    try {
      const answer = await this.tryCandidate(caller, work);
      this.observe('candidate', start, false);
      return answer;
    } catch (error) {
      if (isCancelled(error)) throw error;
      return this.instead(caller, work, start, isClientFault(error));
    }
  }

  /** Stable answers for the candidate. What both refuse is the caller's fault; what one refuses is the candidate's. */
  private async instead<T>(
    caller: Caller | undefined,
    work: Work<T>,
    start: number,
    wasRefused: boolean,
  ): Promise<T> {
    if (!wasRefused) this.fail(start);
    const answer = await this.byStable(caller, work);
    if (wasRefused) this.fail(start);
    return answer;
  }

  private fail(start: number): void {
    this.observe('candidate', start, true);
    this.series.fallback();
  }

  private async tryCandidate<T extends Answer>(caller: Caller | undefined, work: Work<T>): Promise<T> {
    const { candidate, fallbackMs } = this.controller.config;
    const late = () => new RequestError('REQUEST_DEADLINE_EXCEEDED', `No answer within ${fallbackMs} ms.`);
    const attempt = new Attempt(caller ?? { gone: false });
    const answer = await withinTime(fallbackMs, attempt, late, () =>
      this.use(candidate, (instance) => work(instance, attempt)),
    );
    if (hasFiniteOutputs(answer)) return answer;
    throw new RequestError('INFERENCE_NOT_FINITE', 'The candidate computed values that are not finite.');
  }

  /** Lets the version that did not answer compute the same request, and compares. */
  private mirror<T extends Answer>(answer: T, work: Work<T>): void {
    const { candidate } = this.controller.config;
    const byCandidate = answer.instance.version === candidate;
    this.shadow.add(() =>
      byCandidate ? this.mirrorStable(answer, work) : this.mirrorCandidate(answer, work),
    );
  }

  private async mirrorCandidate<T extends Answer>(stable: T, work: Work<T>): Promise<void> {
    const { ended, observations } = this.controller;
    if (ended) return;
    const start = performance.now();
    try {
      const candidate = await this.tryCandidate(undefined, work);
      this.observe('candidate', start, false);
      observations.compare(stable, candidate);
    } catch {
      this.observe('candidate', start, true);
    }
  }

  private async mirrorStable<T extends Answer>(candidate: T, work: Work<T>): Promise<void> {
    const { config, ended, observations } = this.controller;
    if (ended) return;
    try {
      const stable = await this.use(config.stable, (instance) => work(instance, undefined));
      observations.compare(stable, candidate);
    } catch {
      // Nothing to compare with; the failure of stable is counted where it answers.
    }
  }

  private observe(variant: Variant, start: number, failed: boolean): void {
    this.controller.observations.add(variant, performance.now() - start, failed);
    this.series.request(variant, failed);
  }
}

const isCancelled = (error: unknown): boolean =>
  error instanceof RequestError && error.code === 'REQUEST_CANCELLED';

function isClientFault(error: unknown): boolean {
  return error instanceof RequestError && error.http < 500 && error.http !== 429;
}
