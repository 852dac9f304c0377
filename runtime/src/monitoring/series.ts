import type { Cells } from './cells';

/** A number that only grows. */
export class Counter {
  private readonly offset: number;

  constructor(private readonly cells: Cells) {
    this.offset = cells.allocate(1);
  }

  add(amount = 1): void {
    this.cells.values[this.offset]! += amount;
  }

  get value(): number {
    return this.cells.values[this.offset]!;
  }
}

/** A number that goes up and down. */
export class Gauge extends Counter {
  set(value: number): void {
    this.add(value - this.value);
  }
}

/** Counts of observations up to each bound, their sum and their number. */
export class Histogram {
  private readonly offset: number;

  constructor(
    private readonly cells: Cells,
    private readonly bounds: readonly number[],
  ) {
    this.offset = cells.allocate(bounds.length + 2);
  }

  observe(value: number): void {
    const { bounds, offset } = this;
    const { values } = this.cells;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    values[offset + bucket]! += 1;
    values[offset + bounds.length + 1]! += value;
  }

  /** Observations at or below each bound, then all of them. */
  cumulative(): number[] {
    let total = 0;
    const counts = this.cells.values.subarray(this.offset, this.offset + this.bounds.length + 1);
    return Array.from(counts, (count) => {
      total += count;
      return total;
    });
  }

  get sum(): number {
    return this.cells.values[this.offset + this.bounds.length + 1]!;
  }
}
