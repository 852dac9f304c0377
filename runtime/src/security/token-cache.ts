/** Who a token speaks for. */
interface Entry {
  readonly subject: string;
  /** Unix time, milliseconds. */
  readonly expires: number;
}

/** Tokens that were verified, by digest, until they expire; the one unused for the longest time leaves first. */
export class TokenCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(digest: string, now: number): string | undefined {
    const entry = this.entries.get(digest);
    if (entry === undefined) return undefined;
    this.entries.delete(digest);
    if (entry.expires <= now) return undefined;
    this.entries.set(digest, entry);
    return entry.subject;
  }

  set(digest: string, entry: Entry): void {
    this.entries.delete(digest);
    if (this.entries.size >= this.capacity) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(digest, entry);
  }

  clear(): void {
    this.entries.clear();
  }
}
