import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LoopContender } from '../contenders';
import { pinned } from '../harness/cores';
import { jsonRequest } from '../requests/json-encoding';
import type { LoopTurn } from './results';
import type { Bench } from './server-turn';

/** Runs the engine alone on the server's core. */
export async function loopTurn(contender: LoopContender, bench: Bench): Promise<LoopTurn> {
  const batches = [];
  for (const batch of bench.durations.loopBatches)
    batches.push({ batch, ...(await loop(contender, bench, batch)) });
  return { batches };
}

async function loop(contender: LoopContender, { model, layout, durations }: Bench, batch: number) {
  const command = contender.command({ model, seconds: durations.loopSeconds, batch });
  const [program, ...args] = pinned(layout.server.slice(0, 1), command.argv);
  const running = promisify(execFile)(program!, args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
  });
  running.child.stdin!.end(jsonRequest(model).body);
  const { stdout } = await running;
  return JSON.parse(stdout) as { runs: number; seconds: number };
}
