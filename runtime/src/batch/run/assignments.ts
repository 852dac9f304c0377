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

interface Claim {
  readonly unit: number;
  /** 0 for who takes it first. */
  readonly turn: number;
}

/**
 * Whoever is free takes a unit that nobody else has claimed, or whose claim is old. To take over is to create the claim of
 * the next turn, which only one worker can; who was thought dead renews the claim of a turn that is over, and disturbs nobody.
 */
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
      if (open.length === 0) {
        await this.sweep();
        return;
      }
      const claim = await this.claimOne(open);
      if (claim === undefined) {
        await sleep(Math.min(leaseMs / 3, LONGEST_WAIT_MS), undefined, { signal });
        continue;
      }
      this.keep(claim);
      try {
        yield claim.unit;
      } finally {
        await this.release(claim);
      }
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async claimOne(open: readonly number[]): Promise<Claim | undefined> {
    const latest = await this.latest();
    for (const unit of open) {
      const last = latest.get(unit);
      if (last !== undefined && (await this.isHeld({ unit, turn: last }))) continue;
      const claim = { unit, turn: last === undefined ? 0 : last + 1 };
      if (!(await this.store.create(keyOf(claim), this.text()))) continue;
      // Whoever had it may have ended it meanwhile, and taken its claim away.
      if (firstMissing(await this.commits.all(), unit) !== undefined) return claim;
      await this.release(claim);
    }
    return undefined;
  }

  /** The last turn of every unit that was ever claimed and is not done. */
  private async latest(): Promise<Map<number, number>> {
    const latest = new Map<number, number>();
    for (const { key } of await this.store.list(LAYOUT.leases)) {
      const [, unit, turn] = /(\d+)-(\d+)\.json$/.exec(key) ?? [];
      if (unit === undefined) continue;
      latest.set(Number(unit), Math.max(Number(turn), latest.get(Number(unit)) ?? 0));
    }
    return latest;
  }

  private async isHeld(claim: Claim): Promise<boolean> {
    const held = parseLease(await this.store.read(keyOf(claim)));
    return held !== undefined && held.until > Date.now();
  }

  private keep(claim: Claim): void {
    const renew = (): void => {
      const write = () => this.store.write(keyOf(claim), this.text());
      this.renewal = this.renewal.then(write).catch(() => undefined);
    };
    this.timer = setInterval(renew, this.lease.leaseMs / 3);
  }

  /** Done or failed: nobody has to wait until the claim is old. */
  private async release({ unit, turn }: Claim): Promise<void> {
    this.close();
    // Else a renewal that is under way would put the claim back.
    await this.renewal;
    // The last turn goes last: what is left, if this is interrupted, is what others go by.
    for (let past = 0; past <= turn; past++) await this.store.remove(keyOf({ unit, turn: past }));
  }

  /** Claims of workers that were killed after their last commit. */
  private async sweep(): Promise<void> {
    // Others are drafts on a disk: without its own, a worker that is just claiming would take the disk for broken.
    for (const { key } of await this.store.list(LAYOUT.leases))
      if (key.endsWith('.json')) await this.store.remove(key);
  }

  private text(): string {
    const { worker, leaseMs } = this.lease;
    return JSON.stringify({ worker, until: Date.now() + leaseMs } satisfies Lease);
  }
}

const keyOf = ({ unit, turn }: Claim): string => LAYOUT.lease(unit, turn);

function parseLease(text: string | undefined): Lease | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Lease);
  } catch {
    return undefined;
  }
}
