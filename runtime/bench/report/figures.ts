import { CAPACITY_CONCURRENCY } from '../run/durations';
import type { ClosedLoad, ContenderResult, SuiteResult } from '../run/results';
import { median } from './statistics';

/** Every round's load at a concurrency. */
export function loadsAt(contender: ContenderResult, concurrency: number): ClosedLoad[] {
  return contender.closed.flatMap(({ loads }) => loads.filter((load) => load.concurrency === concurrency));
}

/** Above this share of its core the client may be what is measured. */
const CLIENT_BUSY = 0.9;

/** Whether the client was at its limit, so that the server may be faster. */
export function clientBound(contender: ContenderResult, concurrency: number = CAPACITY_CONCURRENCY): boolean {
  const busy = loadsAt(contender, concurrency).map(({ result }) => result.clientCpuSeconds / result.seconds);
  return median(busy) > CLIENT_BUSY;
}

/** CPU time of the server for one request, microseconds, by round. */
export function cpuMicroseconds(contender: ContenderResult): number[] {
  return loadsAt(contender, CAPACITY_CONCURRENCY).map(
    ({ result, usage }) => (usage.serverCpuSeconds / result.requests) * 1e6,
  );
}

/** Cores that neither server, client nor harness used, one figure for each load. */
export function foreignCores({ contenders }: SuiteResult): number[] {
  return contenders.flatMap(({ closed, open }) =>
    [...closed, ...open].flatMap(({ loads }) => loads.map(({ usage }) => usage.foreignCores)),
  );
}

/** Requests per second, by round. */
export function rates(contender: ContenderResult, concurrency: number = CAPACITY_CONCURRENCY): number[] {
  return loadsAt(contender, concurrency).map(({ result }) => result.requests / result.seconds);
}

/** Rows per second of the engine alone, by round. */
export function engineRates({ loop }: ContenderResult, batchSize: number): number[] {
  return loop.flatMap(({ batches }) =>
    batches
      .filter(({ batch }) => batch === batchSize)
      .map(({ batch, runs, seconds }) => (batch * runs) / seconds),
  );
}
