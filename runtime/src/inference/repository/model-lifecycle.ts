import { ProblemError } from '../../contract';
import { RequestError } from '../../errors';
import type { ModelInstance } from '../model-instance';
import type { ModelIdentity } from '../model-repository';
import { MemoryBudget } from './memory-budget';
import type { ModelSlot, Operation } from './model-slot';

/** How models come and go. */
export interface LifecycleOptions {
  /** Fetches, checks and loads a version; rejects with a ProblemError when it must not serve. */
  readonly load: (model: ModelIdentity) => Promise<ModelInstance>;
  /** Memory of loaded models that is aimed at, bytes. 0: no limit. */
  readonly maxMemoryBytes: number;
  /** Called when a version begins or ceases to serve; `cause` says why it ceased. */
  readonly onLoaded: (instance: ModelInstance) => void;
  readonly onUnloaded: (model: ModelIdentity, cause: 'client' | 'memory') => void;
  readonly onLoadFailed: (model: ModelIdentity, error: unknown) => void;
}

/** After a load on demand has failed, requests are refused for that long before it is tried again. */
const RETRY_AFTER_MS = 5000;

/** Loads and unloads versions: one thing at a time each, requests in progress always finished. */
export class ModelLifecycle {
  private readonly budget: MemoryBudget;

  constructor(
    slots: readonly ModelSlot[],
    private readonly options: LifecycleOptions,
  ) {
    this.budget = new MemoryBudget(slots, options.maxMemoryBytes);
  }

  get memoryBytes(): number {
    return this.budget.usedBytes;
  }

  /** Loads a version, or loads it anew beside the one that serves and replaces that; two at once share one load. */
  load(slot: ModelSlot): Promise<void> {
    if (slot.operation?.kind === 'load') return slot.operation.done;
    return this.start(slot, 'load', async () => {
      if (slot.usable === undefined) slot.state = 'loading';
      await this.loadInto(slot);
    });
  }

  /** Takes a version out of service, finishes its requests and frees it; it stays away until it is loaded again. */
  unload(slot: ModelSlot): Promise<void> {
    if (slot.operation?.kind === 'unload') return slot.operation.done;
    return this.start(slot, 'unload', async () => {
      if (slot.state === 'unloaded') return;
      await slot.withdraw('unloading')?.executor.close();
      slot.state = 'unloaded';
      slot.instance = undefined;
      slot.failure = undefined;
      this.options.onUnloaded(slot.identity, 'client');
    });
  }

  /**
   * Loads a dormant version for the requests that wait for it.
   *
   * @throws RequestError MODEL_NOT_READY when it cannot be loaded.
   */
  async wake(slot: ModelSlot): Promise<void> {
    // What a client unloads meanwhile must not come back by itself.
    if (slot.operation?.kind === 'unload') return slot.operation.done;
    const again = (slot.failure?.at ?? Number.NEGATIVE_INFINITY) + RETRY_AFTER_MS - performance.now();
    if (slot.operation === undefined && again > 0) throw cannotWake(slot, again);
    try {
      await this.load(slot);
    } catch (cause) {
      throw cannotWake(slot, RETRY_AFTER_MS, cause);
    }
  }

  /** To be called when no request uses a model any more: it may have been kept beyond the limit for them. */
  becameIdle(): void {
    if (this.budget.exceeded) void this.trim();
  }

  /** Unloads idle models while the limit is exceeded. */
  private async trim(): Promise<void> {
    const surplus = this.budget.surplus();
    await Promise.allSettled(
      surplus.map((slot) => {
        // Out of service at once: what comes from now on waits for the next load.
        const closing = slot.withdraw('dormant')?.executor.close();
        this.options.onUnloaded(slot.identity, 'memory');
        return closing;
      }),
    );
  }

  private async loadInto(slot: ModelSlot): Promise<void> {
    // Room first, for a model whose size is known: two large ones at once may be more than there is.
    await this.trim();
    let instance: ModelInstance;
    try {
      instance = await this.options.load(slot.identity);
    } catch (error) {
      slot.failure = { at: performance.now(), reason: reasonOf(error) };
      if (slot.usable === undefined) slot.state = 'failed';
      this.options.onLoadFailed(slot.identity, error);
      throw error;
    }
    const replaced = slot.serve(instance);
    slot.touch();
    this.budget.learn(slot);
    this.options.onLoaded(instance);
    await replaced?.executor.close();
    await this.trim();
  }

  private start(slot: ModelSlot, kind: Operation['kind'], work: () => Promise<void>): Promise<void> {
    const before = slot.operation?.done.catch(() => undefined) ?? Promise.resolve();
    const done = before.then(work).finally(() => {
      if (slot.operation === operation) slot.operation = undefined;
    });
    const operation: Operation = { kind, done };
    slot.operation = operation;
    return done;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ProblemError)
    return error.problems.map(({ code, what }) => `${code}: ${what}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function cannotWake({ name, version }: ModelSlot, againMs: number, cause?: unknown): RequestError {
  return new RequestError('MODEL_NOT_READY', `Model ${name} version ${version} cannot be loaded again now.`, {
    retryAfterSeconds: Math.ceil(againMs / 1000),
    cause,
  });
}
