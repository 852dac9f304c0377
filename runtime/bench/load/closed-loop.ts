import type { Connection } from './connection';
import { Histogram } from './histogram';
import { cpuSecondsSince, Errors, type LoadResult } from './load-result';
import { openConnections } from './open-connections';
import type { Target } from './target';

export interface ClosedLoopOptions {
  /** Connections; each sends its next request when the one before is answered. */
  readonly concurrency: number;
  /** When sending ends; the measured time ends with the last answer. */
  readonly seconds: number;
}

const ERRORS_TOLERATED = 100;

/**
 * Keeps `concurrency` requests under way for `seconds`: shows how much a server can do at most. Every request counts,
 * up to the last answer: cut off at a fixed time, a server that answers slow requests in batches would lose a batch.
 */
export async function closedLoop(target: Target, options: ClosedLoopOptions): Promise<LoadResult> {
  const latency = new Histogram();
  const errors = new Errors();
  const sentAt = new Map<Connection, number>();
  let deadline = 0;
  let underWay = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const send = (connection: Connection, now: number) => {
    sentAt.set(connection, now);
    connection.send();
  };
  const onReply = (connection: Connection, error: string | undefined) => {
    const now = performance.now();
    if (error !== undefined) errors.add(error);
    else latency.recordMs(now - sentAt.get(connection)!);
    if (now < deadline && errors.count < ERRORS_TOLERATED) send(connection, now);
    else if (--underWay === 0) finish();
  };
  const connections = await openConnections(target, options.concurrency, onReply);
  const cpu = process.cpuUsage();
  const start = performance.now();
  deadline = start + options.seconds * 1000;
  underWay = connections.length;
  for (const connection of connections) send(connection, performance.now());
  await finished;
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.close();
  return {
    requests: latency.total,
    errors: errors.count,
    firstError: errors.first,
    seconds,
    latency: latency.toCounts(),
    clientCpuSeconds: cpuSecondsSince(cpu),
  };
}
