import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@inferstack/runtime/contract';
import { nestedToTensor, openModelPackage } from '@inferstack/runtime/model';
import { exampleModel } from '../support/endpoint';
import type { Seed } from './requests';

export const MODELS = [
  ['breast-cancer', '1'],
  ['breast-cancer', '2'],
  ['digits', '1'],
  ['diabetes', '1'],
] as const;

/** Models whose rows are raw fields: numbers and texts, and files of images. */
export const FIELD_MODELS = [
  ['diabetes-fields', '1'],
  ['digits-image', '1'],
] as const;

/** Valid requests of every kind the server speaks, from the golden samples of the example models. */
export function seeds(): Seed[] {
  return [...FIELD_MODELS.map(([name, version]) => fieldSeed(name, version)), ...MODELS.flatMap(tensorSeeds)];
}

/** The rows of two golden samples. */
function fieldSeed(name: string, version: string): Seed {
  const { samples } = openModelPackage(exampleModel(name, version));
  const [first, second] = samples;
  return {
    path: `/v2/models/${name}/versions/${version}/predict`,
    json: { rows: [...first!.rows!, ...second!.rows!] },
  };
}

function tensorSeeds([name, version]: (typeof MODELS)[number]): Seed[] {
  const tensors = sampleTensors(name, version);
  const base = `/v2/models/${name}/versions/${version}`;
  return [
    { path: `${base}/infer`, json: { id: '1', inputs: tensors.map(asJson), outputs: undefined } },
    { path: `${base}/infer`, json: binaryHeader(tensors), binary: Buffer.concat(tensors.map(rawBytes)) },
    { path: `${base}/predict`, json: { rows: rows(name) } },
  ];
}

/** The first golden sample of a model. */
export function sampleTensors(name: string, version: string): Tensor[] {
  const { manifest, samples } = openModelPackage(exampleModel(name, version));
  return manifest.signature.inputs.map((input) =>
    nestedToTensor(input.name, input.dtype, samples[0]!.inputs[input.name]!),
  );
}

const asJson = ({ name, dtype, shape, data }: Tensor) => ({
  name,
  datatype: dtype,
  shape,
  data: Array.from(data as ArrayLike<number | bigint | string>, (v) =>
    typeof v === 'bigint' ? Number(v) : v,
  ),
});

function binaryHeader(tensors: readonly Tensor[]): unknown {
  return {
    inputs: tensors.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.dtype,
      shape: tensor.shape,
      parameters: { binary_data_size: rawBytes(tensor).length },
    })),
    parameters: { binary_data_output: true },
  };
}

/** The protocol's binary form: little-endian elements, strings behind their length in four bytes. */
export function rawBytes({ data }: Tensor): Buffer {
  if (!Array.isArray(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat(
    data.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** Two held-out rows as a named-row caller sends them. */
function rows(name: string): unknown[] {
  if (name === 'digits') return [{ image: sampleImage() }];
  const [header, ...lines] = readFileSync(path.join(exampleModel(name, '1'), '..', 'held-out.csv'), 'utf8')
    .trim()
    .split('\n');
  const columns = header!.split(',').slice(0, -1);
  const value = (column: string, cell: string) => (column === 'sex' ? cell : Number(cell));
  return lines.slice(0, 2).map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, value(column, cells[i]!)]));
  });
}

function sampleImage(): unknown {
  const { samples } = openModelPackage(exampleModel('digits', '1'));
  return (samples[0]!.inputs.image as unknown[])[0];
}
