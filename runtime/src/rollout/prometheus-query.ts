/** Time for a query, its answer included. */
const TIMEOUT_MS = 5000;
/** One number with its labels takes some hundred bytes; more is no answer to what was asked. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Asks a server with the HTTP API of Prometheus (Mimir, Thanos, VictoriaMetrics speak it too) for one number, now.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/ (instant queries)
 *
 * @param url base address, without a trailing slash that means anything.
 * @returns undefined when the query gives nothing.
 * @throws Error with the reason when there is no answer in time, or another than one number.
 */
export async function queryNumber(
  url: string,
  query: string,
  timeoutMs = TIMEOUT_MS,
): Promise<number | undefined> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query, timeout: `${timeoutMs}ms` }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: Error) => {
    // What fetch says itself is "fetch failed".
    throw error.cause ?? error;
  });
  return numberOf(parsed(await read(response), response.status));
}

async function read({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels what is still to come.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Answer {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown };
}

function parsed(text: string, status: number): Answer {
  let answer: Answer | null;
  try {
    answer = JSON.parse(text) as Answer | null;
  } catch {
    throw new Error(`the answer is status ${status} and not JSON`);
  }
  if (answer?.status === 'success') return answer;
  throw new Error(`the answer is status ${status}: ${String(answer?.error ?? 'no success').slice(0, 200)}`);
}

/** `[time, "number"]` of a scalar, or of the only series of a vector. */
function numberOf({ data }: Answer): number | undefined {
  if (data?.resultType === 'scalar') return sampleOf(data.result);
  if (data?.resultType !== 'vector' || !Array.isArray(data.result))
    throw new Error(`the query gives a ${String(data?.resultType)}; a number is needed`);
  const { result } = data;
  if (result.length > 1) throw new Error(`the query gives ${result.length} series; one is needed`);
  if (result.length === 0) return undefined;
  return sampleOf((result[0] as { value?: unknown } | null)?.value);
}

function sampleOf(sample: unknown): number {
  const text: unknown = Array.isArray(sample) ? sample[1] : undefined;
  if (typeof text !== 'string') throw new Error('the answer holds no sample');
  if (/^[+-]?Inf$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
