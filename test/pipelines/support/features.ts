import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '../../../runtime/src/contract';
import type { Reply } from '../../runtime/support/http-client';
import { MODELS } from '../../runtime/support/packages';

const lines = readFileSync(path.join(MODELS, 'breast-cancer/held-out.csv'), 'utf8').trim().split('\n');
const columns = lines[0]!.split(',').slice(0, -1);

/** Held-out rows of the breast cancer data, as the models take them. */
export const ROWS: readonly (readonly number[])[] = lines
  .slice(1)
  .map((line) => line.split(',').slice(0, -1).map(Number));

/** Rows as `predict` takes them. */
export const namedRows = (rows: readonly (readonly number[])[]): Record<string, number>[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])));

export const features = (rows: readonly (readonly number[])[]): Tensor => ({
  name: 'features',
  dtype: 'FP32',
  shape: [rows.length, 30],
  data: Float32Array.from(rows.flat()),
});

export const inferBody = (rows: readonly (readonly number[])[]): object => ({
  inputs: [{ name: 'features', datatype: 'FP32', shape: [rows.length, 30], data: rows.flat() }],
});

/** An output of a reply of `infer`. */
export function output(reply: Reply, name = 'probabilities'): number[] {
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.json.outputs.find((one: { name: string }) => one.name === name).data;
}
