import type { ContenderResult, OpenLoad, SuiteResult } from '../run/results';
import { milliseconds, number, table } from './format';
import { median, percentile } from './statistics';

/** A server that leaves more than this share unanswered was offered more than it can do. */
const UNANSWERED = 0.01;
const PERCENTILES = [50, 99, 99.9];

/** Latency from the intended time at each rate. */
export function openTable(suite: SuiteResult, shares: readonly number[]): string {
  const header = ['Server', 'load', 'req/s', ...PERCENTILES.map((p) => `p${p} ms`), 'remarks'];
  const measured = suite.contenders.filter(({ open }) => open.length > 0);
  return table(
    header,
    measured.flatMap((contender) => rows(suite, contender, shares)),
  );
}

function rows(suite: SuiteResult, contender: ContenderResult, shares: readonly number[]): string[][] {
  const common = contender.encoding && suite.commonRate[contender.encoding];
  return contender.open[0]!.loads.map((first, i) => {
    const rounds = contender.open.map(({ loads }) => loads[i]!);
    const share = shares[i] === undefined ? '' : `${shares[i] * 100} % of its own`;
    const same = first.result.offeredPerSecond === common ? 'same for all' : '';
    return [
      contender.label,
      [share, same].filter((part) => part !== '').join(', '),
      number(first.result.offeredPerSecond),
      ...PERCENTILES.map((p) =>
        milliseconds(
          percentile(
            rounds.map((r) => r.result.latency),
            p,
          ),
        ),
      ),
      remarks(rounds),
    ];
  });
}

function remarks(rounds: readonly OpenLoad[]): string {
  const sum = (pick: (load: OpenLoad) => number) => rounds.reduce((total, load) => total + pick(load), 0);
  const offered = sum(({ result }) => result.offeredPerSecond * result.seconds);
  const unfinished = sum(({ result }) => result.unfinished);
  const errors = sum(({ result }) => result.errors);
  const lag = median(rounds.map(({ result }) => result.clientLagP99Ms));
  return [
    unfinished > UNANSWERED * offered ? 'overloaded' : '',
    errors > 0
      ? `${errors} errors: ${rounds.find(({ result }) => result.firstError)?.result.firstError}`
      : '',
    lag > 1 ? `client late by ${number(lag)} ms (p99)` : '',
  ]
    .filter((remark) => remark !== '')
    .join(', ');
}
