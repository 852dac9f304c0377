import { Pool } from 'undici';
import type { LabelledRow } from './held-out';

export interface Answer {
  readonly label: string;
  readonly decision: string;
}

export interface LoadResult {
  readonly answers: readonly Answer[];
  readonly latenciesMs: readonly number[];
  readonly requestsPerSecond: number;
}

interface PredictResponse {
  readonly predictions: readonly { readonly label: string; readonly decision: string }[];
}

/**
 * Sends every row as a request of its own, `concurrency` at a time, and reads the answers. Closed loop: the next
 * request of a connection starts when the one before is answered.
 */
export async function sendRows(
  url: string,
  path: string,
  rows: readonly LabelledRow[],
  concurrency: number,
): Promise<LoadResult> {
  const pool = new Pool(url, { connections: concurrency });
  const bodies = rows.map((row) => JSON.stringify({ rows: [row.features] }));
  const answers: Answer[] = new Array(rows.length);
  const latenciesMs: number[] = new Array(rows.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < rows.length; i = next++) {
      const start = performance.now();
      answers[i] = await predict(pool, path, bodies[i]!);
      latenciesMs[i] = performance.now() - start;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return { answers, latenciesMs, requestsPerSecond: rows.length / seconds };
}

async function predict(pool: Pool, path: string, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await pool.request({ method: 'POST', path, headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${text}`);
  const { label, decision } = (JSON.parse(text) as PredictResponse).predictions[0]!;
  return { label, decision };
}

/** Nearest-rank percentile. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}
