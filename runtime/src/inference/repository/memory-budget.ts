import { memoryBudget } from '../execution/cpu-budget';
import type { ModelSlot } from './model-slot';

/** The rest is for the process itself, requests under way, and what estimates of models miss. */
const SHARE_FOR_MODELS = 0.75;

/** The limit on the memory of models: what was configured, or for 0 a share of what this process may use. */
export function modelMemoryLimit(configured: number, available = memoryBudget()): number {
  return configured > 0 ? configured : Math.floor(available * SHARE_FOR_MODELS);
}

/** The other half is for the stable version and for the process itself. */
const SHARE_FOR_CANDIDATE = 0.5;

/** The limit on the memory of one worker process of a candidate: what was configured, or for 0 its share. */
export function candidateMemoryLimit(
  configured: number,
  workers: number,
  available = memoryBudget(),
): number {
  return configured > 0 ? configured : Math.floor((available * SHARE_FOR_CANDIDATE) / workers);
}

/** Decides which models have to go so that the others fit. Models in use are never among them. */
export class MemoryBudget {
  /** Bytes of each version as of its last load: also of those that are to be loaded again. */
  private readonly known = new Map<ModelSlot, number>();

  constructor(
    private readonly slots: readonly ModelSlot[],
    /** 0: no limit. */
    private readonly maxBytes: number,
  ) {}

  /** Bytes of the models that are loaded or being loaded, as far as known. */
  get usedBytes(): number {
    return this.slots.reduce((total, slot) => total + (takesMemory(slot) ? this.of(slot) : 0), 0);
  }

  get exceeded(): boolean {
    return this.maxBytes > 0 && this.usedBytes > this.maxBytes;
  }

  learn(slot: ModelSlot): void {
    this.known.set(slot, slot.instance?.facts.memoryBytes ?? 0);
  }

  /**
   * Idle models to unload, the least recently used first, until the rest fits. What was used last stays, or a limit
   * below its size would unload it after each request.
   */
  surplus(): ModelSlot[] {
    if (!this.exceeded) return [];
    const loaded = this.slots.filter(takesMemory);
    const latest = Math.max(...loaded.map((slot) => slot.lastUsed));
    const idle = loaded
      .filter((slot) => slot.state === 'ready' && slot.users === 0 && slot.operation === undefined)
      .filter((slot) => slot.lastUsed < latest)
      .sort((a, b) => a.lastUsed - b.lastUsed);
    let excess = this.usedBytes - this.maxBytes;
    return idle.filter((slot) => {
      if (excess <= 0) return false;
      excess -= this.of(slot);
      return true;
    });
  }

  private of(slot: ModelSlot): number {
    return this.known.get(slot) ?? 0;
  }
}

/** A model that is being loaded counts with what it took before. */
function takesMemory({ state, operation }: ModelSlot): boolean {
  return state === 'ready' || state === 'unloading' || (state !== 'unloaded' && operation?.kind === 'load');
}
