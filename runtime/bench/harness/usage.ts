import { cpuSeconds, machineBusySeconds, processTree } from './process-tree';

export interface Usage {
  readonly seconds: number;
  /** CPU time of the server with all its processes. */
  readonly serverCpuSeconds: number;
  /** CPU time nobody of this benchmark used, as a share of one core: how noisy the machine was. */
  readonly foreignCores: number;
}

/** Runs `work` and tells what the server and the rest of the machine used meanwhile. */
export async function withUsage<Result>(
  serverPid: number,
  clientPid: number,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly usage: Usage }> {
  const before = sample(serverPid, clientPid);
  const result = await work();
  const after = sample(serverPid, clientPid);
  const seconds = after.time - before.time;
  const server = after.server - before.server;
  const own = server + after.client - before.client + after.harness - before.harness;
  const foreign = Math.max(0, after.busy - before.busy - own);
  return { result, usage: { seconds, serverCpuSeconds: server, foreignCores: foreign / seconds } };
}

function sample(serverPid: number, clientPid: number) {
  return {
    time: performance.now() / 1000,
    busy: machineBusySeconds(),
    server: cpuSeconds(processTree(serverPid)),
    client: cpuSeconds([clientPid]),
    harness: cpuSeconds([process.pid]),
  };
}
