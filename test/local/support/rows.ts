import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exampleModel } from '../../support/endpoint';

interface Sample {
  readonly inputs: Readonly<Record<string, number[][]>>;
  readonly outputs: { readonly probabilities: number[][] };
}

/** The first golden sample of breast-cancer 1: a real input with its expected output. */
export const sample: Sample = JSON.parse(
  readFileSync(path.join(exampleModel('breast-cancer', '1'), 'samples.jsonl'), 'utf8').split('\n')[0]!,
) as Sample;

const [name, rows] = Object.entries(sample.inputs)[0]!;

/** The sample as a request of the Open Inference Protocol. */
export const inferBody = JSON.stringify({
  inputs: [{ name, datatype: 'FP32', shape: [rows.length, rows[0]!.length], data: rows.flat() }],
});

export const INFER = '/v2/models/breast-cancer/infer';

/** Sends the sample once; the class probabilities that came back. */
export async function infer(url: string, init: RequestInit = {}): Promise<number[]> {
  const response = await fetch(`${url}${INFER}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: inferBody,
    ...init,
  });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  const { outputs } = (await response.json()) as { outputs: { name: string; data: number[] }[] };
  return outputs.find((output) => output.name === 'probabilities')!.data;
}
