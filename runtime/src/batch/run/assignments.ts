import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchStore } from '../stores/store';
import { type Commits, firstMissing } from './commits';
import { LAYOUT } from './layout';
import type { WorkerNumber } from './worker-number';

/** Tells a worker which units to do. Correctness rests on commits alone: what is given out twice is done twice and counted once. */
export interface Assignments {
  next(): AsyncGenerator<number>;
  close(): void;
}

/** Every worker has the units its number says. */
export class IndexAssignments implements Assignments {
  constructor(
    private readonly units: number,
    private readonly worker: WorkerNumber,
  ) {}

  async *next(): AsyncGenerator<number> {
    for (let unit = this.worker.index; unit < this.units; unit += this.worker.count) yield unit;
  }

  close(): void {}
}

const LONGEST_WAIT_MS = 5000;

interface Lease {
  readonly worker: string;
  readonly until: number;
}

/** Whoever is free takes a unit that nobody else has claimed, or whose claim is old. */
export class LeaseAssignments implements Assignments {
  private timer: NodeJS.Timeout | undefined;
  private renewal: Promise<void> = Promise.resolve();

  constructor(
    private readonly units: number,
    private readonly store: BatchStore,
    private readonly commits: Commits,
    private readonly lease: {
      readonly worker: string;
      readonly leaseMs: number;
      readonly signal: AbortSignal;
    },
  ) {}

  async *next(): AsyncGenerator<number> {
    const { leaseMs, signal } = this.lease;
    for (;;) {
      const done = await this.commits.all();
      const open = Array.from({ length: this.units }, (_, unit) => unit).filter(
        (unit) => firstMissing(done, unit) !== undefined,
      );
      if (open.length === 0) return;
      const unit = await this.claimOne(open);
      if (unit === undefined) {
        await sleep(Math.min(leaseMs / 3, LONGEST_WAIT_MS), undefined, { signal });
        continue;
      }
      this.keep(unit);
      yield unit;
      this.close();
      // Else a renewal that is under way would put the claim back.
      await this.renewal;
      await this.store.remove(LAYOUT.lease(unit));
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async claimOne(open: readonly number[]): Promise<number | undefined> {
    for (const unit of open) if (await this.claim(unit)) return unit;
    return undefined;
  }

  private async claim(unit: number): Promise<boolean> {
    const key = LAYOUT.lease(unit);
    if (await this.store.create(key, this.text())) return true;
    const held = parseLease(await this.store.read(key));
    if (held !== undefined && held.until > Date.now()) return false;
    await this.store.write(key, this.text());
    return parseLease(await this.store.read(key))?.worker === this.lease.worker;
  }

  private keep(unit: number): void {
    const renew = (): void => {
      this.renewal = this.store.write(LAYOUT.lease(unit), this.text()).catch(() => undefined);
    };
    this.timer = setInterval(renew, this.lease.leaseMs / 3);
  }

  private text(): string {
    const { worker, leaseMs } = this.lease;
    return JSON.stringify({ worker, until: Date.now() + leaseMs } satisfies Lease);
  }
}

function parseLease(text: string | undefined): Lease | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Lease);
  } catch {
    return undefined;
  }
}
