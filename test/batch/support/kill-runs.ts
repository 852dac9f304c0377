import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchConfig } from '@inferstack/runtime/contract';
import { query } from './batch-runs';

const ROOT = path.resolve(__dirname, '../../..');

export interface KillOptions {
  /** Entry of a compiled runtime. */
  readonly runtime: string;
  readonly config: BatchConfig;
  /** Kills at least so many workers before one may come to its end. */
  readonly kills: number;
  /** Longest life of a worker that is killed, milliseconds. */
  readonly longestLifeMs: number;
  /** Workers at work at the same time, on the same shards. @default 1 */
  readonly workers?: number;
  readonly onKill?: (kills: number) => void;
}

/** What is left when workers of a run were killed at random moments, and the last one was left to finish. */
export interface KillReport {
  readonly kills: number;
  /** Workers that came to their end before they could be killed. */
  readonly finished: number;
  readonly rows: number;
  readonly distinct: number;
  /** Lowest and highest position of a row. */
  readonly range: readonly [number, number];
}

/**
 * Kills workers of a run with SIGKILL at random moments, lets one finish, and counts what is in the results. When a run is
 * complete before it was killed often enough, another one begins: each run is checked by itself.
 */
export async function killWorkers(options: KillOptions): Promise<KillReport[]> {
  const reports: KillReport[] = [];
  for (let left = options.kills, run = 0; left > 0; run++) {
    const config = { ...options.config, batch: { ...options.config.batch, runId: `run-${run}` } };
    const report = await killOneRun({ ...options, config, kills: left });
    reports.push(report);
    left -= report.kills;
    options.onKill?.(options.kills - left);
  }
  return reports;
}

async function killOneRun(options: KillOptions): Promise<KillReport> {
  const { config, workers = 1 } = options;
  const folder = path.join(config.batch.output.uri, config.batch.runId!);
  let kills = 0;
  let finished = 0;
  while (kills < options.kills && !existsSync(path.join(folder, 'report.json'))) {
    const lives = Array.from({ length: workers }, () => live(options, Math.random() * options.longestLifeMs));
    for (const killed of await Promise.all(lives)) {
      if (killed) kills++;
      else finished++;
    }
  }
  if (await live(options, Number.POSITIVE_INFINITY))
    throw new Error('the last worker was killed by somebody else');
  const [counted] = await query(
    `SELECT count(*)::INT AS n, count(DISTINCT source_row)::INT AS d, min(source_row)::INT AS low, max(source_row)::INT AS high FROM '${folder}/data/*.parquet'`,
  );
  const { n, d, low, high } = counted as Record<string, number>;
  return { kills, finished, rows: n!, distinct: d!, range: [low!, high!] };
}

/** One worker; whether it was killed before its end. */
async function live({ runtime, config }: KillOptions, lifeMs: number): Promise<boolean> {
  const { INFERSTACK_CONFIG: _, ...env } = process.env;
  const child: ChildProcess = spawn(process.execPath, [runtime], {
    cwd: ROOT,
    env: { ...env, INFERSTACK_CONFIG: JSON.stringify(config) },
    stdio: 'ignore',
  });
  const exit = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  if (Number.isFinite(lifeMs)) await Promise.race([sleep(lifeMs), exit]);
  if (Number.isFinite(lifeMs)) child.kill('SIGKILL');
  const [code, signal] = await exit;
  if (code !== null && code !== 0) throw new Error(`a worker ended with ${code}`);
  return signal === 'SIGKILL';
}
