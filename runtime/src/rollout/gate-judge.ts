import { type Gate, STABLE_SLACK_MS } from '../contract/rollouts';
import type { Agreement } from './agreement';
import { FailedWindows } from './failed-windows';
import { type Finding, type GateJudge, type GateOf, tooFew } from './finding';
import { type Observations, ObservationWindow } from './observations';
import { type Ask, QueryJudge } from './query-judge';
import type { Interval } from './wilson';
import { normalQuantile } from './wilson';

/** @param ask who knows the figures that this process does not. @default - nobody: such gates stay inconclusive */
export function gateJudge(gate: Gate, observations: Observations, now: number, ask: Ask = nobody): GateJudge {
  switch (gate.metric) {
    case 'errors':
    case 'latency':
      return new WindowJudge(gate, observations, now);
    case 'prometheus':
      return new QueryJudge(gate, observations, ask);
    default:
      return { judge: () => judgeAnswers(gate, observations.agreement) };
  }
}

const nobody: Ask = () => Promise.reject(new Error('nobody is asked'));

type WindowedGate = GateOf<'errors' | 'latency'>;
type AnswerGate = GateOf<'agreement' | 'score_distance'>;

/**
 * Judges windows of time. One that has seen enough to fail is closed at once, not when its time is over: a candidate that
 * fails everything is found out with the first `minSamples` requests.
 */
class WindowJudge implements GateJudge {
  private window: ObservationWindow;
  private readonly failures: FailedWindows;
  private last: Finding | undefined;

  constructor(
    private readonly gate: WindowedGate,
    private readonly observations: Observations,
    now: number,
  ) {
    this.window = observations.open(new ObservationWindow(now));
    this.failures = new FailedWindows(gate.failAfter);
  }

  judge(now: number): Finding {
    const current = judgeWindow(this.gate, this.window);
    const over = now - this.window.since >= this.gate.windowMs;
    if (current.verdict === 'fail' || (over && current.verdict === 'pass'))
      this.failures.add(current.verdict);
    if (over || current.verdict === 'fail') this.next(now);
    if (current.verdict !== 'inconclusive') this.last = current;
    return this.summary(current);
  }

  private next(now: number): void {
    this.observations.close(this.window);
    this.window = this.observations.open(new ObservationWindow(now));
  }

  private summary(current: Finding): Finding {
    const { failed, of } = this.gate.failAfter;
    const { count, tooMany } = this.failures;
    if (tooMany) {
      const reason = `${count} of the last ${of} windows failed: ${this.last!.reason}`;
      return { ...this.last!, verdict: 'fail', reason };
    }
    if (current.verdict !== 'fail')
      return current.verdict === 'pass' ? current : (this.lastPass() ?? current);
    return {
      ...current,
      verdict: 'inconclusive',
      reason: `${count} of ${failed} failed windows: ${current.reason}`,
    };
  }

  /** A window that has just begun says nothing; the one before it did. */
  private lastPass(): Finding | undefined {
    return this.last?.verdict === 'pass' && this.failures.last === 'pass' ? this.last : undefined;
  }
}

function judgeWindow(gate: WindowedGate, { stable, candidate }: ObservationWindow): Finding {
  const base = { gate: gate.name, metric: gate.metric, samples: candidate.requests };
  if (candidate.requests < gate.minSamples) return tooFew(base, gate.minSamples);
  if (gate.metric === 'errors') {
    const value = candidate.errors / candidate.requests;
    const reason = `${candidate.errors} of ${candidate.requests} requests failed; allowed: ${gate.maxRatio}`;
    return { ...base, verdict: value > gate.maxRatio ? 'fail' : 'pass', value, reason };
  }
  const value = candidate.latency.quantile(gate.quantile)!;
  const name = `p${gate.quantile * 100}`;
  if (gate.maxMs !== null && value > gate.maxMs) {
    return { ...base, verdict: 'fail', value, reason: `${name} is ${ms(value)}; allowed: ${ms(gate.maxMs)}` };
  }
  if (gate.maxRatioToStable === null) {
    return { ...base, verdict: 'pass', value, reason: `${name} is ${ms(value)}` };
  }
  if (stable.requests < gate.minSamples) {
    return {
      ...base,
      verdict: 'inconclusive',
      value,
      reason: `stable has ${stable.requests} answers to compare with`,
    };
  }
  const reference = stable.latency.quantile(gate.quantile)!;
  const limit = Math.max(reference * gate.maxRatioToStable, reference + STABLE_SLACK_MS);
  const reason = `${name} is ${ms(value)}, of stable ${ms(reference)}; allowed: ${gate.maxRatioToStable} times that, or ${STABLE_SLACK_MS} ms more`;
  return { ...base, verdict: value > limit ? 'fail' : 'pass', value, reason };
}

/** Fails and passes only as far as chance is ruled out; between both it has not seen enough. */
function judgeAnswers(gate: AnswerGate, agreement: Agreement): Finding {
  const base = { gate: gate.name, metric: gate.metric, samples: agreement.rows };
  if (agreement.rows < gate.minSamples) return tooFew(base, gate.minSamples);
  const z = normalQuantile(gate.confidence);
  if (gate.metric === 'agreement') {
    const interval = agreement.interval(z);
    const verdict =
      interval.high < gate.minRatio ? 'fail' : interval.low >= gate.minRatio ? 'pass' : 'inconclusive';
    const value = agreement.ratio!;
    const reason = `${agreement.agreed} of ${agreement.rows} rows agree, ${range(interval)}; wanted: ${gate.minRatio}`;
    return { ...base, verdict, value, reason };
  }
  const interval = agreement.distanceInterval(z);
  const verdict =
    interval.low > gate.maxMean ? 'fail' : interval.high <= gate.maxMean ? 'pass' : 'inconclusive';
  const value = agreement.meanDistance ?? null;
  return { ...base, verdict, value, reason: `mean distance ${range(interval)}; allowed: ${gate.maxMean}` };
}

const ms = (value: number): string => `${value.toPrecision(3)} ms`;
const range = ({ low, high }: Interval): string => `${low.toPrecision(4)} to ${high.toPrecision(4)}`;
