import type { ModelSlot, SlotState } from './model-slot';

/** A configured version, in the words of the model repository extension. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE';
  /** Why it is in that state; empty when there is nothing to say. */
  readonly reason: string;
}

const STATES: Readonly<Record<SlotState, IndexEntry['state']>> = {
  loading: 'LOADING',
  ready: 'READY',
  dormant: 'UNAVAILABLE',
  unloading: 'UNLOADING',
  unloaded: 'UNAVAILABLE',
  failed: 'UNAVAILABLE',
};

export function indexEntry(slot: ModelSlot): IndexEntry {
  const { name, version, state } = slot;
  const unready = slot.serving?.executor.unready;
  if (unready !== undefined) return { name, version, state: 'UNAVAILABLE', reason: unready };
  return { name, version, state: STATES[state], reason: reason(slot) };
}

function reason({ state, failure, operation }: ModelSlot): string {
  if (failure !== undefined) {
    return state === 'ready'
      ? `still served; loading it anew failed: ${failure.reason}`
      : `loading failed: ${failure.reason}`;
  }
  const loading = operation?.kind === 'load';
  if (state === 'ready') return loading ? 'served while it is loaded anew' : '';
  if (state === 'dormant') {
    return loading
      ? 'loaded again for a request'
      : 'unloaded to stay within repository.maxMemoryBytes; a request loads it again';
  }
  if (state === 'unloading') return 'finishes its requests';
  return state === 'unloaded' ? 'unloaded by a client' : '';
}
