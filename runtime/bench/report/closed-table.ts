import { CAPACITY_CONCURRENCY } from '../run/durations';
import type { ContenderResult, SuiteResult } from '../run/results';
import { BASELINES } from '../run/suites';
import { clientBound, cpuMicroseconds, loadsAt, rates } from './figures';
import { milliseconds, number, ratio, table } from './format';
import { median, percentile, type Ratio, ratios } from './statistics';

/** How much each server can do, what it costs, and how long it takes to start. */
export function closedTable(suite: SuiteResult, concurrencies: readonly number[]): string {
  const header = [
    'Server',
    ...concurrencies.map((c) => `req/s at ${c}`),
    `× baseline at ${CAPACITY_CONCURRENCY}`,
    'p50 ms at 1',
    `p99 ms at ${CAPACITY_CONCURRENCY}`,
    'server CPU µs/req',
    'PSS MiB',
    'RSS MiB',
    'first prediction ms',
  ];
  const measured = suite.contenders.filter(({ closed }) => closed.length > 0);
  return table(
    header,
    measured.map((contender) => row(suite, contender, concurrencies)),
  );
}

/** Against the baseline of the same encoding in the same suite. */
export function ratioToBaseline(suite: SuiteResult, contender: ContenderResult): Ratio | undefined {
  const id = contender.encoding && BASELINES[contender.encoding].id;
  const baseline = suite.contenders.find((other) => other.id === id);
  return baseline && ratios(rates(contender), rates(baseline));
}

function row(suite: SuiteResult, contender: ContenderResult, concurrencies: readonly number[]): string[] {
  const latency = (concurrency: number, percent: number) =>
    milliseconds(
      percentile(
        loadsAt(contender, concurrency).map((load) => load.result.latency),
        percent,
      ),
    );
  const of = (pick: (turn: ContenderResult['closed'][number]) => number) =>
    number(median(contender.closed.map(pick)));
  return [
    contender.label,
    ...concurrencies.map((c) => number(median(rates(contender, c))) + clientMark(suite, contender, c)),
    ratio(ratioToBaseline(suite, contender)),
    latency(1, 50),
    latency(CAPACITY_CONCURRENCY, 99),
    number(median(cpuMicroseconds(contender))),
    of((turn) => turn.loadedMemory.pssMiB),
    of((turn) => turn.loadedMemory.rssMiB),
    of((turn) => turn.firstReplyMs),
  ];
}

function clientMark(suite: SuiteResult, contender: ContenderResult, concurrency: number): string {
  return !suite.shared && clientBound(contender, concurrency) ? '†' : '';
}
