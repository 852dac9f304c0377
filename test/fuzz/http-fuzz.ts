import { Pool } from 'undici';
import { Random } from './random';
import { httpCase, type Seed } from './requests';
import { judgeHttp } from './verdict';

export interface FuzzResult {
  readonly cases: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<string, number>;
  /** What went wrong, with the number of the case. */
  readonly faults: readonly string[];
}

const CONCURRENCY = 16;
const ANSWER_LIMIT_MS = 20_000;
const MAX_FAULTS = 20;

/** Sends `cases` mutated requests over kept-alive connections; every one must get a declared answer. */
export async function fuzzHttp(
  url: string,
  seeds: readonly Seed[],
  cases: number,
  seed: number,
): Promise<FuzzResult> {
  const pool = new Pool(url, {
    connections: CONCURRENCY,
    bodyTimeout: ANSWER_LIMIT_MS,
    headersTimeout: ANSWER_LIMIT_MS,
  });
  const statuses = new Map<string, number>();
  const faults: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < cases && faults.length < MAX_FAULTS; i = next++) {
      const random = new Random(seed + i);
      const { status, fault } = await send(pool, random.pick(seeds), random);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault !== undefined) faults.push(`HTTP case ${i}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await pool.close();
  return { cases, statuses, faults };
}

async function send(
  pool: Pool,
  seed: Seed,
  random: Random,
): Promise<{ status: string; fault: string | undefined }> {
  const { method, path, headers, body } = httpCase(seed, random);
  try {
    const response = await pool.request({ method, path, headers, body });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const text = response.statusCode === 200 ? '' : bytes.toString('utf8');
    return { status: String(response.statusCode), fault: judgeHttp(response.statusCode, text) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // undici itself refuses some headers and paths; those requests were never sent.
    if (code === 'UND_ERR_INVALID_ARG') return { status: 'not sent', fault: undefined };
    return { status: 'no answer', fault: `${method} ${path}: ${code ?? message}` };
  }
}
