import { CAPACITY_CONCURRENCY } from '../run/durations';
import type { ClosedLoad, ContenderResult, SuiteResult } from '../run/results';
import { BASELINES } from '../run/suites';
import { milliseconds, number, ratio, table } from './format';
import { median, percentile, type Ratio, ratios } from './statistics';

/** Above this share of its core the client may be what is measured. */
const CLIENT_BUSY = 0.9;

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
  const id = BASELINES.find(({ encoding }) => encoding === contender.encoding)?.id;
  const baseline = suite.contenders.find((other) => other.id === id);
  return baseline && ratios(rates(contender, CAPACITY_CONCURRENCY), rates(baseline, CAPACITY_CONCURRENCY));
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
    number(median(loadsAt(contender, CAPACITY_CONCURRENCY).map(cpuMicroseconds))),
    of((turn) => turn.loadedMemory.pssMiB),
    of((turn) => turn.loadedMemory.rssMiB),
    of((turn) => turn.firstReplyMs),
  ];
}

function loadsAt(contender: ContenderResult, concurrency: number): ClosedLoad[] {
  return contender.closed.flatMap(({ loads }) => loads.filter((load) => load.concurrency === concurrency));
}

function rates(contender: ContenderResult, concurrency: number): number[] {
  return loadsAt(contender, concurrency).map(({ result }) => result.requests / result.seconds);
}

function cpuMicroseconds({ result, usage }: ClosedLoad): number {
  return (usage.serverCpuSeconds / result.requests) * 1e6;
}

function clientMark(suite: SuiteResult, contender: ContenderResult, concurrency: number): string {
  const busy = median(
    loadsAt(contender, concurrency).map(({ result }) => result.clientCpuSeconds / result.seconds),
  );
  return !suite.shared && busy > CLIENT_BUSY ? '†' : '';
}
