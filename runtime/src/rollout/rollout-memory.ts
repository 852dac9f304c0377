import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RolloutPhase } from './rollout-controller';

/** How a rollout ended. */
export interface Ending {
  readonly phase: Extract<RolloutPhase, 'promoted' | 'rolled_back' | 'stopped'>;
  readonly reason: string;
}

/**
 * Remembers how rollouts ended, on the disk of this replica: a process that starts again must not try a candidate again
 * that was rolled back, nor take back one that was promoted. Kept by the digests of both packages: another candidate is another rollout.
 */
export class RolloutMemory {
  constructor(private readonly directory: string) {}

  /** @param digests of stable and candidate. */
  recall(digests: readonly [string, string]): Ending | undefined {
    try {
      return JSON.parse(readFileSync(this.file(digests), 'utf8')) as Ending;
    } catch {
      // Not there, or cut off while it was written by a process that was killed: nothing is remembered.
      return undefined;
    }
  }

  remember(digests: readonly [string, string], ending: Ending): void {
    mkdirSync(this.directory, { recursive: true });
    const file = this.file(digests);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(ending));
    renameSync(draft, file);
  }

  private file(digests: readonly [string, string]): string {
    const [stable, candidate] = digests.map((digest) => digest.replace('sha256:', '').slice(0, 16));
    return join(this.directory, `${stable}-${candidate}.json`);
  }
}
