import type { RehearsedGate } from '../contract';
import type { RolloutStatus } from '../rollout';

/** Since when each gate says what it says. */
export class GateHistory {
  private readonly since = new Map<string, { readonly verdict: string; readonly atMs: number }>();
  private findings: RolloutStatus['gates'] = [];

  note(findings: RolloutStatus['gates'], atMs: number): void {
    // None are there once the rollout has ended: what was said last is kept.
    if (findings.length > 0) this.findings = findings;
    for (const { gate, verdict } of findings)
      if (this.since.get(gate)?.verdict !== verdict) this.since.set(gate, { verdict, atMs });
  }

  get gates(): RehearsedGate[] {
    return this.findings.map(({ gate, metric, verdict, value, samples, reason }) => ({
      ...{ name: gate, metric, verdict, value, samples, reason },
      sinceMs: this.since.get(gate)!.atMs,
    }));
  }
}
