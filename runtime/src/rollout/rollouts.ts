import type { RuntimeConfig } from '../contract';
import type { RolloutConfig } from '../contract/rollouts';
import { RequestError } from '../errors';
import type { ModelIdentity, ModelRepository } from '../inference';
import type { Logger } from '../logging';
import type { RuntimeMetrics } from '../monitoring';
import { gateQueries } from './gate-queries';
import { ModelTraffic } from './model-traffic';
import { RolloutController, type RolloutEvent } from './rollout-controller';
import { RolloutMemory } from './rollout-memory';
import { RolloutMetrics } from './rollout-metrics';
import { type RolloutStatus, rolloutStatus } from './rollout-status';

/** For who rehearses: gates are looked at when `evaluate` is called, and at no other time. */
export interface RehearsalHooks {
  /** Milliseconds on the clock that gates see. */
  readonly now: () => number;
  readonly onEvent: (event: RolloutEvent) => void;
}

export interface RolloutsParts extends Partial<RehearsalHooks> {
  readonly repository: ModelRepository;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  /** Where it is remembered how rollouts ended. */
  readonly directory: string;
}

export type RolloutAction = 'promote' | 'rollback' | 'stop';

/** Every rollout of this process: routes requests, looks at gates, ends what must not go on. */
export class Rollouts {
  private readonly traffic = new Map<string, ModelTraffic>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly memory: RolloutMemory;
  private readonly metrics: RolloutMetrics;

  constructor(
    private readonly config: Pick<RuntimeConfig, 'models' | 'rollouts'>,
    private readonly parts: RolloutsParts,
  ) {
    this.memory = new RolloutMemory(parts.directory);
    this.metrics = new RolloutMetrics(parts.metrics.registry);
    const { metrics } = this;
    for (const rollout of config.rollouts?.rollouts ?? []) {
      const controller = this.controller(rollout);
      const use = this.user(rollout.model);
      this.traffic.set(rollout.model, new ModelTraffic(controller, use, metrics.seriesOf(rollout.model)));
      if (parts.now === undefined)
        this.timers.push(setInterval(() => controller.evaluate(), rollout.evaluateMs).unref());
    }
    metrics.observe([...this.traffic.values()].map(({ controller }) => controller));
  }

  /** Who answers for a model that is being rolled out; undefined for other models. */
  of(model: string): ModelTraffic | undefined {
    return this.traffic.get(model);
  }

  /** Whether a version may fail without this process being any the worse. */
  isCandidate({ name, version }: ModelIdentity): boolean {
    const traffic = this.traffic.get(name);
    return traffic?.controller.config.candidate === version && traffic.controller.phase !== 'promoted';
  }

  /** Whether a version is to be loaded at all: not when it was rolled back or stopped before. */
  isWanted(model: ModelIdentity): boolean {
    return !this.isCandidate(model) || !this.traffic.get(model.name)!.controller.ended;
  }

  /** The candidate is loaded and its golden samples hold. */
  loaded({ name }: ModelIdentity): void {
    this.traffic.get(name)!.controller.start();
  }

  /** The candidate cannot be loaded, or its workers end again and again. */
  failed({ name }: ModelIdentity, reason: string): void {
    this.traffic.get(name)!.controller.rollback('runtime', reason);
  }

  /** Looks at the gates of all rollouts, now. */
  evaluate(): void {
    for (const { controller } of this.traffic.values()) controller.evaluate();
  }

  status(): readonly RolloutStatus[] {
    return [...this.traffic.values()].map(({ controller }) => rolloutStatus(controller));
  }

  /**
   * Does what somebody asks for.
   *
   * @param actor who asks, for the audit log.
   * @throws RequestError MODEL_NOT_FOUND, ROLLOUT_ENDED
   */
  act(model: string, action: RolloutAction, actor: string, reason: string): RolloutStatus {
    const controller = this.traffic.get(model)?.controller;
    if (controller === undefined)
      throw new RequestError('MODEL_NOT_FOUND', `No rollout of a model ${model}.`);
    const allowed = !controller.ended || (controller.phase === 'promoted' && action === 'rollback');
    if (!allowed)
      throw new RequestError('ROLLOUT_ENDED', `The rollout of ${model} has ended: ${controller.phase}.`);
    if (action === 'promote' && controller.phase === 'waiting')
      throw new RequestError('MODEL_NOT_READY', `The candidate of ${model} is not loaded yet.`);
    controller[action](actor, reason);
    return rolloutStatus(controller);
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const traffic of this.traffic.values()) traffic.clear();
  }

  private controller(rollout: RolloutConfig): RolloutController {
    const now = this.parts.now ?? (() => performance.now());
    const controller = new RolloutController(rollout, {
      now,
      onEvent: (event) => this.onEvent(rollout, event),
      ask: gateQueries(rollout.model, this.parts.logger, this.metrics),
    });
    const ending = this.memory.recall(this.digests(rollout));
    if (ending !== undefined) controller.resume(ending.phase, ending.reason);
    return controller;
  }

  private user(model: string) {
    const { repository } = this.parts;
    return <T>(version: string, work: Parameters<typeof repository.use<T>>[2]): Promise<T> =>
      repository.use(model, version, work);
  }

  private onEvent(rollout: RolloutConfig, event: RolloutEvent): void {
    const { model, stable, candidate } = rollout;
    const { logger, repository } = this.parts;
    this.parts.onEvent?.(event);
    const level = event.action === 'rollback' ? 'warn' : 'info';
    logger[level]({ event: 'rollout', model, stable, candidate, ...event }, `rollout: ${event.action}`);
    const { phase, reason } = event;
    if (phase !== 'promoted' && phase !== 'rolled_back' && phase !== 'stopped') return;
    this.traffic.get(model)?.clear();
    // What goes wrong from here on must not keep requests from going where they were just sent.
    const failed = (err: unknown) =>
      logger.error(
        { event: 'rollout_end_failed', model, candidate, err },
        'the end of a rollout is not complete',
      );
    try {
      this.memory.remember(this.digests(rollout), { phase, reason });
    } catch (error) {
      failed(error);
    }
    // Frees what it holds, or leaks.
    if (phase !== 'promoted') repository.retire({ name: model, version: candidate }).catch(failed);
  }

  private digests({ model, stable, candidate }: RolloutConfig): [string, string] {
    const of = (version: string) =>
      this.config.models.find((entry) => entry.name === model && entry.version === version)!.digest;
    return [of(stable), of(candidate)];
  }
}
