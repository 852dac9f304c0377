/** A clock that a test moves. */
export class VirtualClock {
  private time = Date.parse('2026-03-01T12:00:00.000Z');
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  /** What was slept in all, in milliseconds. */
  slept = 0;
  /** Whether whoever sleeps is woken at once, the clock being put on. */
  hurried = true;

  now(): string {
    return new Date(this.time).toISOString();
  }

  sleep(milliseconds: number): Promise<void> {
    this.slept += milliseconds;
    if (this.hurried) {
      this.time += milliseconds;
      return Promise.resolve();
    }
    return new Promise((wake) => {
      this.sleepers.push({ at: this.time + milliseconds, wake });
    });
  }

  get sleeping(): number {
    return this.sleepers.length;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
    const awake = this.sleepers.filter(({ at }) => at <= this.time);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.time);
    for (const { wake } of awake) wake();
  }
}
