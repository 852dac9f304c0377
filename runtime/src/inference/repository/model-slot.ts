import type { ModelInstance } from '../model-instance';
import type { ModelIdentity } from '../model-repository';

/**
 * loading: not there yet. ready: serves. dormant: unloaded to save memory; a request loads it again. unloading: finishes
 * its requests. unloaded: by a client, until a client loads it. failed: could not be loaded.
 */
export type SlotState = 'loading' | 'ready' | 'dormant' | 'unloading' | 'unloaded' | 'failed';

/** Something that is being done with a version; the next waits for it. */
export interface Operation {
  readonly kind: 'load' | 'unload';
  readonly done: Promise<void>;
}

/** Why the last load went wrong. */
export interface LoadFailure {
  /** performance.now() of it. */
  readonly at: number;
  readonly reason: string;
}

/** Uses of all models so far. */
let uses = 0;

/** The place of one configured version in the repository, whether it is loaded or not. */
export class ModelSlot {
  state: SlotState = 'loading';
  /** What serves while ready, and what served last while dormant: its signature is still told. */
  instance: ModelInstance | undefined;
  /** Requests that use it or wait for it; it is not unloaded for memory meanwhile. */
  users = 0;
  /** Place in the order of use: the smallest was used least recently. */
  lastUsed = 0;
  operation: Operation | undefined;
  failure: LoadFailure | undefined;

  constructor(
    readonly name: string,
    readonly version: string,
  ) {}

  get id(): string {
    return `${this.name}/${this.version}`;
  }

  get identity(): ModelIdentity {
    return { name: this.name, version: this.version };
  }

  /** Makes it the one that was used last. */
  touch(): void {
    this.lastUsed = ++uses;
  }

  /** What runs requests now. */
  get serving(): ModelInstance | undefined {
    return this.state === 'ready' ? this.instance : undefined;
  }

  /** What a request may ask for: it serves, or will when it is asked to. */
  get usable(): ModelInstance | undefined {
    return this.state === 'ready' || this.state === 'dormant' ? this.instance : undefined;
  }

  /** Puts a loaded model in its place and returns the one it replaces. */
  serve(instance: ModelInstance): ModelInstance | undefined {
    const before = this.serving;
    this.instance = instance;
    this.state = 'ready';
    this.failure = undefined;
    return before;
  }

  /** Takes the model out of service and returns it, to be closed. */
  withdraw(state: 'dormant' | 'unloading'): ModelInstance | undefined {
    const before = this.serving;
    this.state = state;
    return before;
  }
}
