import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exampleModel } from '../../support/endpoint';

type Nested = readonly (number | Nested)[];

interface Sample {
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly outputs: { readonly probabilities: Nested };
}

const flat = (values: Nested): number[] =>
  values.flatMap((value) => (typeof value === 'number' ? [value] : flat(value)));

const shapeOf = (values: Nested): number[] => {
  const [first] = values;
  return typeof first === 'object' ? [values.length, ...shapeOf(first)] : [values.length];
};

/** Sends the first golden sample of an example model to an endpoint, and expects what the package expects. */
export async function expectGolden(url: string, model: string, version = '1'): Promise<void> {
  const lines = readFileSync(path.join(exampleModel(model, version), 'samples.jsonl'), 'utf8');
  const { inputs, outputs } = JSON.parse(lines.split('\n')[0]!) as Sample;
  const response = await fetch(`${url}/v2/models/${model}/versions/${version}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      inputs: Object.entries(inputs).map(([name, values]) => ({
        name,
        datatype: 'FP32',
        shape: shapeOf(values),
        data: flat(values),
      })),
    }),
  });
  expect(response.status).toBe(200);
  const answer = (await response.json()) as { outputs: { name: string; data: number[] }[] };
  const found = answer.outputs.find(({ name }) => name === 'probabilities')!.data;
  const wanted = flat(outputs.probabilities);
  expect(found).toHaveLength(wanted.length);
  for (const [i, probability] of wanted.entries()) expect(found[i]).toBeCloseTo(probability, 4);
}
