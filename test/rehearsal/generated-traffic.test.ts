import type { Tensor } from '@inferstack/runtime/contract';
import { openModelPackage } from '@inferstack/runtime/model';
import { generatedTraffic } from '../../runtime/src/rehearsal/generated-traffic';
import { exampleModel } from '../support/endpoint';

const open = (name: string) => openModelPackage(exampleModel(name, '1'));

async function questions(name: string, count: number, seed: number) {
  const all = [];
  for await (const { question } of generatedTraffic(open(name), count, seed)) all.push(question);
  return all;
}

const tensors = async (count: number, seed: number): Promise<Tensor[]> =>
  (await questions('breast-cancer', count, seed)).map((question) => {
    if (question.kind !== 'tensors') throw new Error('tensors are expected');
    return question.inputs[0]!;
  });

test('the same seed gives the same requests, another one others', async () => {
  expect(await tensors(20, 1)).toEqual(await tensors(20, 1));
  expect(await tensors(20, 1)).not.toEqual(await tensors(20, 2));
});

test('single rows within the ranges of their columns, and hardly ever twice the same', async () => {
  const { columns } = open('breast-cancer').manifest.signature.inputs[0]!;
  const rows = await tensors(200, 3);
  for (const { shape, data } of rows) {
    expect(shape).toEqual([1, 30]);
    columns!.forEach(({ range }, i) => {
      const [low, high] = range ?? [null, null];
      expect(Number(data[i])).toBeGreaterThanOrEqual(Math.fround(low ?? Number.NEGATIVE_INFINITY));
      expect(Number(data[i])).toBeLessThanOrEqual(Math.fround(high ?? Number.POSITIVE_INFINITY));
    });
  }
  expect(new Set(rows.map(({ data }) => data.join())).size).toBeGreaterThan(190);
});

test('raw fields for a model that preprocesses', async () => {
  const [question] = await questions('diabetes-fields', 1, 1);
  expect(question!.kind).toBe('rows');
  const known = open('diabetes-fields').manifest.preprocessing!.fields.map(({ name }) => name);
  const given = question!.kind === 'rows' ? Object.keys(question!.rows[0] as object) : [];
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((field) => !known.includes(field))).toEqual([]);
});
