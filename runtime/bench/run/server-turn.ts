import type { ServerContender } from '../contenders';
import type { Layout } from '../harness/cores';
import { memory, processTree } from '../harness/process-tree';
import { withUsage } from '../harness/usage';
import type { LoadClient } from '../load/load-client';
import type { LoadResult } from '../load/load-result';
import type { Target } from '../load/target';
import type { BenchModel } from '../requests/bench-model';
import { type Durations, openSecondsAt } from './durations';
import type { ClosedLoad, ClosedTurn, OpenLoad, OpenTurn } from './results';
import { withServer } from './with-server';

/** What a turn needs besides the contender. */
export interface Bench {
  readonly model: BenchModel;
  readonly layout: Layout;
  readonly client: LoadClient;
  readonly durations: Durations;
}

const WARMUP_CONCURRENCY = 32;
/** Enough for the bursts of the highest rate; a server keeps state for each. */
const OPEN_CONNECTIONS = 64;
const DRAIN_SECONDS = 2;
const SEED = 20;

/** Starts the server anew and measures how much it can do at each concurrency. */
export function closedTurn(contender: ServerContender, bench: Bench): Promise<ClosedTurn> {
  return withServer(contender, bench, async (server, target) => {
    const idleMemory = memory(processTree(server.pid));
    await warmUp(bench, target);
    const loads: ClosedLoad[] = [];
    for (const concurrency of bench.durations.concurrencies) {
      const load = { concurrency, seconds: bench.durations.closedSeconds };
      const { result, usage } = await withUsage(server.pid, bench.client.pid, () =>
        bench.client.closedLoop(target, load),
      );
      loads.push({ concurrency, result: withoutErrors(result), usage });
    }
    const loadedMemory = memory(processTree(server.pid));
    return { firstReplyMs: server.firstReplyMs, idleMemory, loadedMemory, loads };
  });
}

/** Starts the server anew and measures its latency at each rate, requests per second. */
export function openTurn(
  contender: ServerContender,
  bench: Bench,
  rates: readonly number[],
): Promise<OpenTurn> {
  return withServer(contender, bench, async (server, target) => {
    await warmUp(bench, target);
    const loads: OpenLoad[] = [];
    for (const ratePerSecond of rates) {
      const load = {
        ratePerSecond,
        warmupSeconds: bench.durations.openWarmupSeconds,
        seconds: openSecondsAt(ratePerSecond, bench.durations),
        connections: OPEN_CONNECTIONS,
        drainSeconds: DRAIN_SECONDS,
        idle: bench.layout.shared ? ('nap' as const) : ('spin' as const),
        seed: SEED,
      };
      loads.push(await withUsage(server.pid, bench.client.pid, () => bench.client.openLoop(target, load)));
    }
    return { loads };
  });
}

async function warmUp({ client, durations }: Bench, target: Target): Promise<void> {
  withoutErrors(
    await client.closedLoop(target, { concurrency: WARMUP_CONCURRENCY, seconds: durations.warmupSeconds }),
  );
}

/** Fast wrong answers are not a capacity. */
function withoutErrors(result: LoadResult): LoadResult {
  if (result.errors > 0) throw new Error(`${result.errors} failed requests: ${result.firstError}`);
  return result;
}
