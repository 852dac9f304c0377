import type { AdapterConfig } from '@inferstack/runtime/contract';
import type { ServeRole } from '../../../runtime/src/serve';
import { callRaw, post } from '../../runtime/support/http-client';
import { serve } from '../../runtime/support/in-process';
import { sampleRow, testConfig } from '../../runtime/support/packages';

export const DIABETES = 'diabetes/1';

/** Rows of the golden samples of an example. */
export const rowsOf = (count: number, model = DIABETES): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, index) => sampleRow(model, index));

/** The runtime with these adapters. */
export function serveAdapters(
  adapters: readonly AdapterConfig[],
  models: readonly string[] = [DIABETES],
): Promise<ServeRole> {
  return serve(testConfig(models, { adapters: [...adapters] }));
}

/** Of a regression, or of classes. */
export interface Prediction {
  readonly value: number;
  readonly label: string;
  readonly score: number;
}

/** What the own protocol predicts for the same rows. */
export async function predictions(
  { ports }: ServeRole,
  rows: readonly object[],
  model = 'diabetes',
): Promise<Prediction[]> {
  const reply = await post(ports.inference, `/v2/models/${model}/predict`, { rows });
  expect(reply.status).toBe(200);
  return reply.json.predictions as Prediction[];
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly bytes: Buffer;
}

/** Sends a body as it is. */
export async function send(
  { ports }: ServeRole,
  path: string,
  body: string | Buffer,
  type = 'text/plain',
): Promise<Answer> {
  const bytes = Buffer.from(body as string);
  const reply = await callRaw(ports.inference, 'POST', path, bytes, { 'content-type': type });
  const { status, headers } = reply;
  return { status, type: headers['content-type']!, text: reply.body.toString('utf8'), bytes: reply.body };
}
