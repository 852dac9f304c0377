import { FailedWindows } from './failed-windows';
import { type Finding, type GateJudge, type GateOf, tooFew } from './finding';
import type { Observations } from './observations';

/** Asks for the figure of a gate; undefined when there is none. Rejects when nobody answers. */
export type Ask = (gate: GateOf<'prometheus'>) => Promise<number | undefined>;

/**
 * Judges a figure that another server has. It is asked in the background, one query at a time, and what it said last
 * counts until it says something else: neither requests nor other gates ever wait for it.
 */
export class QueryJudge implements GateJudge {
  private readonly failures: FailedWindows;
  private askedAt: number | undefined;
  private asking = false;
  private answer: Pick<Finding, 'verdict' | 'value' | 'reason'> = inconclusive('there is no answer yet');

  constructor(
    private readonly gate: GateOf<'prometheus'>,
    private readonly observations: Observations,
    private readonly ask: Ask,
  ) {
    this.failures = new FailedWindows(gate.failAfter);
  }

  judge(now: number): Finding {
    const { gate } = this;
    const samples = this.observations.total.candidate.requests;
    const base = { gate: gate.name, metric: gate.metric, samples };
    if (samples < gate.minSamples) return tooFew(base, gate.minSamples);
    const due = this.askedAt === undefined || now - this.askedAt >= gate.windowMs;
    if (due && !this.asking) void this.query(now);
    return { ...base, ...this.answer };
  }

  private async query(now: number): Promise<void> {
    this.askedAt = now;
    this.asking = true;
    try {
      this.answer = this.judged(await this.ask(this.gate));
    } catch (error) {
      this.answer = inconclusive(`the query was not answered: ${(error as Error).message}`);
    } finally {
      this.asking = false;
    }
  }

  private judged(value: number | undefined): Pick<Finding, 'verdict' | 'value' | 'reason'> {
    const { failures, gate } = this;
    if (value === undefined || Number.isNaN(value)) return inconclusive('the query gives no number');
    const { max, min } = gate;
    const fails = (max !== null && value > max) || (min !== null && value < min);
    failures.add(fails ? 'fail' : 'pass');
    const reason = `the figure is ${value}; allowed: ${bounds(gate)}`;
    if (failures.tooMany) {
      const { failed, of } = gate.failAfter;
      const counted =
        of === 1 ? '' : `${failures.count} of the last ${of} figures failed (${failed} are enough): `;
      return { verdict: 'fail', value, reason: `${counted}${reason}` };
    }
    if (!fails) return { verdict: 'pass', value, reason };
    const count = `${failures.count} of ${gate.failAfter.failed} failed figures`;
    return { verdict: 'inconclusive', value, reason: `${count}: ${reason}` };
  }
}

const inconclusive = (reason: string) => ({ verdict: 'inconclusive', value: null, reason }) as const;

function bounds({ max, min }: GateOf<'prometheus'>): string {
  if (min === null) return `at most ${max}`;
  return max === null ? `at least ${min}` : `${min} to ${max}`;
}
