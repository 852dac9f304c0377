import { availableParallelism } from 'node:os';

/** Lets so many tasks run at once; the others wait in the order they came. */
export class Gate {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(places: number) {
    this.free = places;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.queue.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}

/** Images of the whole process that are decoded at once: so many are in memory as a whole. */
export const imageGate = new Gate(availableParallelism());
