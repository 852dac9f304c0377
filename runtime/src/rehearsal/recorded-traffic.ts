import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type GoldenSample, ProblemError } from '../contract';
import { type ModelPackage, SampleInputs } from '../model';
import { decodeInferRequest, decodePredictRequest } from '../protocols/http/infer-request';
import type { Question, RehearsedRequest } from './request';

type Json = Readonly<Record<string, unknown>>;

const NOTHING = Buffer.alloc(0);

/** Requests of a file, one a line; empty lines are passed over. */
export async function* recordedTraffic(
  file: string,
  { manifest }: Pick<ModelPackage, 'manifest'>,
): AsyncGenerator<RehearsedRequest> {
  const samples = new SampleInputs(manifest);
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    if (line.trim() === '') continue;
    try {
      yield await readLine(line, samples);
    } catch (error) {
      throw notARequest(`${file}:${number}`, error);
    }
  }
}

/** How many requests a file holds. */
export async function countRecorded(file: string): Promise<number> {
  let count = 0;
  for await (const line of linesOf(file)) if (line.trim() !== '') count++;
  return count;
}

const linesOf = (file: string) =>
  createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });

async function readLine(line: string, samples: SampleInputs): Promise<RehearsedRequest> {
  const json = objectOf(JSON.parse(line), 'the line');
  if (json['body'] === undefined) return { question: await questionOf(json, line, samples) };
  const body = objectOf(json['body'], 'body');
  const question = await questionOf(body, JSON.stringify(body), samples);
  return { question, offsetMs: offsetOf(json['offsetMs']), headers: headersOf(json['headers']) };
}

/** A body of `infer`, one of `predict`, or a golden sample. */
async function questionOf(body: Json, text: string, samples: SampleInputs): Promise<Question> {
  if (Array.isArray(body['inputs'])) {
    // Read as a listener reads it: long integers keep their digits.
    const { inputs, outputs } = decodeInferRequest(Buffer.from(text), NOTHING);
    return { kind: 'tensors', inputs, outputs: outputs?.map(({ name }) => name) };
  }
  if (Array.isArray(body['rows'])) return { kind: 'rows', rows: decodePredictRequest(body) };
  const inputs = objectOf(body['inputs'], 'neither inputs nor rows; inputs');
  return {
    kind: 'tensors',
    inputs: await samples.read({ id: 'recorded', inputs } as unknown as GoldenSample),
  };
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error(`${what} must be an object`);
}

function offsetOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0) return value;
  throw new Error('offsetMs must be a number, 0 or more');
}

function headersOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined;
  const entries = Object.entries(objectOf(value, 'headers'));
  return Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), String(text)]));
}

function notARequest(at: string, error: unknown): ProblemError {
  const got = (error as Error).message;
  const allowed = 'a body of infer or predict, a golden sample, or {"offsetMs", "headers", "body"}';
  const remedy = 'Correct the line, or leave it out.';
  return new ProblemError([
    { code: 'REHEARSAL_TRAFFIC', at, what: 'the line is no request', got, allowed, remedy },
  ]);
}
