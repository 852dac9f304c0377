import { requestErrors } from '@inferstack/runtime/errors';

/** Faults of the model itself: declared, and possible for any input that fits a signature. */
const DECLARED_5XX = new Set(['INFERENCE_FAILED', 'INFERENCE_NOT_FINITE']);
const codes = requestErrors as Readonly<Record<string, { http: number; grpc: string }>>;

/** What must never leave the process: places on its disk, stacks, names of its source files. */
const LEAKS = /\bat .*:\d+:\d+|node_modules|\/(work|tmp|home|root|usr|app)\/|\.(ts|js|node)\b:\d/;

/** What is wrong with an HTTP answer; undefined when nothing is. */
export function judgeHttp(status: number, body: string): string | undefined {
  if (status === 200) return undefined;
  const error = parse(body);
  if (error === undefined) return `status ${status} without a JSON error: ${body.slice(0, 200)}`;
  const declared = codes[error.code];
  if (declared === undefined) return `undeclared code ${error.code}`;
  if (declared.http !== status) return `code ${error.code} came with ${status}`;
  if (status >= 500 && !DECLARED_5XX.has(error.code)) return `status ${status}: ${body.slice(0, 300)}`;
  return LEAKS.test(body) ? `leaks: ${body.slice(0, 300)}` : undefined;
}

/** What is wrong with the end of a gRPC call. */
export function judgeGrpc(status: string, details: string, code: string | undefined): string | undefined {
  if (LEAKS.test(details)) return `leaks: ${details.slice(0, 300)}`;
  if (code === undefined)
    return status === 'RESOURCE_EXHAUSTED' ? undefined : `${status} without a code: ${details}`;
  const declared = codes[code];
  if (declared === undefined) return `undeclared code ${code}`;
  if (declared.grpc !== status) return `code ${code} came with ${status}`;
  return declared.http >= 500 && !DECLARED_5XX.has(code) ? `${status}: ${details.slice(0, 300)}` : undefined;
}

function parse(body: string): { code: string } | undefined {
  try {
    const value = JSON.parse(body) as { error?: unknown; code?: unknown };
    return typeof value.error === 'string' && typeof value.code === 'string'
      ? { code: value.code }
      : undefined;
  } catch {
    return undefined;
  }
}
