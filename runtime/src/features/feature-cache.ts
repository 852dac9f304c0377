import type { FeatureLookup } from '../contract';
import type { FoundFeatures } from './store-protocol';

interface Entry {
  readonly found: FoundFeatures;
  /** As performance.now() gives it. */
  readonly expires: number;
  readonly bytes: number;
}

/** An object, its lists and its place in the map. */
const ENTRY_BYTES = 200;

/** Answers of a store for a while: bounded in time, number and memory. The least recently used leave first. */
export class FeatureCache {
  private readonly entries = new Map<string, Entry>();
  private used = 0;

  constructor(
    private readonly limits: NonNullable<FeatureLookup['cache']>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Estimated memory of what is kept. */
  get bytes(): number {
    return this.used;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): FoundFeatures | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (entry.expires <= this.now()) {
      this.used -= entry.bytes;
      return undefined;
    }
    // A map keeps the order of insertion: the first is the one not used for longest.
    this.entries.set(key, entry);
    return entry.found;
  }

  set(key: string, found: FoundFeatures): void {
    this.delete(key);
    const bytes = ENTRY_BYTES + 2 * key.length + found.values.reduce<number>((sum, v) => sum + sizeOf(v), 0);
    if (bytes > this.limits.maxBytes) return;
    this.entries.set(key, { found, expires: this.now() + this.limits.ttlMs, bytes });
    this.used += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.limits.maxEntries && this.used <= this.limits.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.used -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }
}

/** What a value of JSON takes, and the time beside it. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 40 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 24;
  const parts = Array.isArray(value) ? value : Object.entries(value).flat();
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), 40);
}
