import { readFileSync } from 'node:fs';
import path from 'node:path';
import { callRaw } from '../../runtime/support/http-client';

/** A request with the reply that the documentation of a contract shows, or describes in words. */
export interface ExchangeCase {
  readonly name: string;
  /** Of this case, when it is not that of the file. */
  readonly source?: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    /** Text is sent as it is, anything else as JSON. */
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly type?: string;
    /** Numbers may differ in the sixth digit. */
    readonly json?: unknown;
    readonly text?: string;
    /** The numbers of CSV. */
    readonly lines?: readonly (readonly number[])[];
    /** For errors: the fields of the body whose text holds these words. */
    readonly says?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export interface CaseFile {
  readonly contract: string;
  readonly source: string;
  readonly note?: string;
  readonly cases: readonly ExchangeCase[];
}

export function readCases(name: string): CaseFile {
  const file = path.resolve(__dirname, `../fixtures/${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as CaseFile;
}

/** Sends the request of a case and demands its response. */
export async function check(port: number, { request, response }: ExchangeCase): Promise<void> {
  const { body, headers } = request;
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await callRaw(port, request.method, request.path, Buffer.from(payload ?? ''), {
    ...(payload !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  });
  const text = reply.body.toString('utf8');
  // The text of what came instead is what tells why.
  expect(reply.status === response.status ? reply.status : `${reply.status} ${text}`).toBe(response.status);
  for (const [name, value] of Object.entries(response.headers ?? {})) expect(reply.headers[name]).toBe(value);
  if (response.type !== undefined) expect(reply.headers['content-type']).toContain(response.type);
  if (response.text !== undefined) expect(text).toBe(response.text);
  if (response.lines !== undefined) expect(rounded(numbers(text))).toEqual(rounded(response.lines));
  if (response.json !== undefined) expect(rounded(JSON.parse(text))).toEqual(rounded(response.json));
  if (response.says !== undefined) checkError(JSON.parse(text) as object, response.says);
}

function checkError(body: object, says: Readonly<Record<string, string>>): void {
  expect(Object.keys(body).sort()).toEqual(Object.keys(says).sort());
  const fields = new Map(Object.entries(body));
  for (const [field, words] of Object.entries(says)) expect(String(fields.get(field))).toContain(words);
}

function numbers(csv: string): number[][] {
  const lines = csv.trim().split('\n');
  return lines.map((line) => line.split(',').map(Number));
}

/** FP32 is written with all its digits. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(5));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, rounded(entry)]));
}
