import { type GraphSpec, onnx } from '../../support/onnx-builder';
import { sampleLines, writePackage } from '../../support/package-builder';

interface Value {
  readonly name: string;
  readonly dtype: string;
  readonly type: 'FLOAT' | 'STRING' | 'INT64';
  readonly shape: readonly (number | string)[];
}

interface Model extends GraphSpec {
  readonly name: string;
  readonly values: { readonly inputs: readonly Value[]; readonly outputs: readonly Value[] };
  readonly sample: { readonly inputs: object; readonly outputs: object };
}

function modelPackage({ name, values, sample, ...graph }: Model, version = '1'): string {
  const spec = ({ name: value, dtype, shape }: Value) =>
    `    - {name: ${value}, dtype: ${dtype}, shape: [${shape.join(', ')}]}\n`;
  const manifest = `apiVersion: inferstack.dev/v1
kind: Model
name: ${name}
version: "${version}"
signature:
  inputs:
${values.inputs.map(spec).join('')}  outputs:
${values.outputs.map(spec).join('')}card: {owner: tests, intendedUse: What the documentation of a server shows., trainingData: none}
`;
  return writePackage({
    'model.yaml': manifest,
    'model.onnx': onnx({ ...graph, inputs: values.inputs, outputs: values.outputs }),
    'samples.jsonl': sampleLines([{ id: 'one', ...sample }]),
    'baseline.json': undefined,
  });
}

function scalar(name: string, value: number): { name: string; raw: Buffer } {
  const raw = Buffer.alloc(4);
  raw.writeFloatLE(value);
  return { name, raw };
}

const float = (name: string, ...shape: (number | string)[]): Value => ({
  name,
  dtype: 'FP32',
  type: 'FLOAT',
  shape,
});
const text = (name: string, ...shape: (number | string)[]): Value => ({
  name,
  dtype: 'BYTES',
  type: 'STRING',
  shape,
});
const copy = (input: string, output: string) => ({ op: 'Identity', inputs: [input], outputs: [output] });

/** y = x / 2 + 3, the toy of TensorFlow Serving's documentation. */
export function halfPlusThree(version = '123'): string {
  const model: Model = {
    name: 'half-plus-three',
    values: { inputs: [float('x', 'batch')], outputs: [float('y', 'batch')] },
    weights: [scalar('a', 0.5), scalar('b', 3)],
    nodes: [
      { op: 'Mul', inputs: ['x', 'a'], outputs: ['half'] },
      { op: 'Add', inputs: ['half', 'b'], outputs: ['y'] },
    ],
    sample: { inputs: { x: [1] }, outputs: { y: [3.5] } },
  };
  return modelPackage(model, version);
}

/** Gives back the three inputs of the documentation of TensorFlow Serving, one of them as bytes. */
export function tagSignalSensor(): string {
  return modelPackage({
    name: 'tag-signal-sensor',
    values: {
      inputs: [text('tag', 'batch'), float('signal', 'batch', 5), float('sensor', 'batch', 2, 2)],
      outputs: [
        text('tag_bytes', 'batch'),
        float('signal_out', 'batch', 5),
        float('sensor_out', 'batch', 2, 2),
      ],
    },
    nodes: [copy('tag', 'tag_bytes'), copy('signal', 'signal_out'), copy('sensor', 'sensor_out')],
    sample: {
      inputs: {
        tag: ['foo'],
        signal: [[1, 2, 3, 4, 5]],
        sensor: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      },
      outputs: {
        tag_bytes: ['foo'],
        signal_out: [[1, 2, 3, 4, 5]],
        sensor_out: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      },
    },
  });
}

/** 1 / x: what it makes of 0 is Infinity, and of nothing else something that is not a number. */
export function reciprocal(): string {
  return modelPackage({
    name: 'reciprocal',
    values: { inputs: [float('x', 'batch', 2)], outputs: [float('y', 'batch', 2)] },
    nodes: [{ op: 'Reciprocal', inputs: ['x'], outputs: ['y'] }],
    sample: { inputs: { x: [[1, 2]] }, outputs: { y: [[1, 0.5]] } },
  });
}
