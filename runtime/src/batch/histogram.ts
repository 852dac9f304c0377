/** Counts numbers in fixed bins: under the first edge, in each bin, over the last edge; the last bin is closed. */
export class Histogram {
  readonly counts: number[];
  /** Values that are missing. */
  nulls = 0;

  constructor(private readonly edges: readonly number[]) {
    this.counts = new Array<number>(edges.length + 1).fill(0);
  }

  addAll(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) this.add(values[i]!);
  }

  add(value: number): void {
    if (Number.isNaN(value)) {
      this.nulls++;
      return;
    }
    const { edges } = this;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value >= edges[middle]!) low = middle + 1;
      else high = middle;
    }
    const bin = low === edges.length && value === edges[low - 1] ? low - 1 : low;
    this.counts[bin]!++;
  }
}
