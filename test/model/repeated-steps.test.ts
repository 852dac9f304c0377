import path from 'node:path';
import { inspectOnnx, openModelPackage } from '../../runtime/src/model';
import { repeatedSteps } from '../../runtime/src/model/repeated-steps';
import { bytes, identity, message, type NodeSpec, onnx } from '../support/onnx-builder';
import {
  problemsOf,
  removeTemporaryDirectories,
  sampleLines,
  writePackage,
} from '../support/package-builder';

afterAll(removeTemporaryDirectories);

const ML = { domain: 'ai.onnx.ml' };
const text = (name: string, value: string) => message(5, bytes(1, name), bytes(4, value));

/** A chain of operators from `features` to `scores`. */
function chain(...operators: Partial<NodeSpec>[]): Buffer {
  const nodes = operators.map((one, i) => ({
    op: 'Identity',
    inputs: [i === 0 ? 'features' : `v${i}`],
    outputs: [i === operators.length - 1 ? 'scores' : `v${i + 1}`],
    ...one,
  }));
  return onnx(identity({ nodes, opsets: { '': 17, 'ai.onnx.ml': 3 } }));
}

const SCALE = '{step: scale, field: a, mean: 1, std: 2}';
const HOT = '{step: one-hot, field: s, categories: [up, down], as: [a, b]}';

function write(graph: Buffer, steps: string, activation = ''): string {
  const fields = steps.includes('one-hot')
    ? '{name: s, type: string}'
    : `{name: a, type: number, required: ${!steps.includes('impute')}}, {name: b, type: number}`;
  return writePackage({
    'model.yaml': `apiVersion: inferstack.dev/v1
kind: Model
name: twice
version: "1"
signature:
  inputs: [{name: features, dtype: FP32, shape: [batch, 2], columns: [{name: a}, {name: b}]}]
  outputs: [{name: scores, dtype: FP32, shape: [batch, 2]}]
preprocessing: {fields: [${fields}], steps: [${steps}]}
${activation && `postprocessing: {activation: ${activation}}`}
prediction: {kind: multiclass, output: scores, classes: [up, down]}
card: {owner: tests, intendedUse: Shows repeated steps., trainingData: none}
`,
    'model.onnx': graph,
    'baseline.json': undefined,
    'samples.jsonl': sampleLines([
      { id: 'one', inputs: { features: [[1, 1]] }, outputs: { scores: [[1, 1]] } },
    ]),
  });
}

const codes = (directory: string) => problemsOf(() => openModelPackage(directory)).map(({ code }) => code);

test.each<[string, Buffer, string, string]>([
  ['a Scaler', chain({ op: 'Scaler', ...ML }, {}), SCALE, ''],
  ['a Scaler behind a cast', chain({ op: 'Cast' }, { op: 'Scaler', ...ML }, {}), SCALE, ''],
  ['a OneHotEncoder', chain({ op: 'OneHotEncoder', ...ML }), HOT, ''],
  ['a Softmax', chain({ op: 'Softmax' }), '', 'softmax'],
  ['a Softmax before a reshape', chain({ op: 'Softmax' }, { op: 'Reshape' }), '', 'softmax'],
  ['a Normalizer', chain({ op: 'Normalizer', ...ML }), '', 'softmax'],
  [
    'a classifier with probabilities',
    chain({ op: 'LinearClassifier', ...ML, attributes: [text('post_transform', 'SOFTMAX')] }),
    '',
    'softmax',
  ],
])('%s in the graph and in the manifest is refused', (_, graph, steps, activation) => {
  expect(codes(write(graph, steps, activation))).toEqual(['STEP_REPEATED']);
});

test.each<[string, Buffer, string, string]>([
  ['a Scaler and no step', chain({ op: 'Scaler', ...ML }, {}), '', ''],
  ['a Scaler in the middle', chain({ op: 'MatMul' }, { op: 'Scaler', ...ML }), SCALE, ''],
  ['a Softmax in the middle', chain({ op: 'Softmax' }, { op: 'MatMul' }), '', 'softmax'],
  [
    'a classifier with raw scores',
    chain({ op: 'LinearClassifier', ...ML, attributes: [text('post_transform', 'NONE')] }),
    '',
    'softmax',
  ],
])('%s is nothing twice', (_, graph, steps, activation) => {
  const directory = write(graph, steps, activation);
  expect(codes(directory)).toEqual([]);
  const { manifest } = openModelPackage(directory);
  expect(repeatedSteps(manifest, inspectOnnx(path.join(directory, 'model.onnx')))).toEqual([]);
});

test.each<[string, Buffer, string]>([
  ['Div', chain({ op: 'Div' }), SCALE],
  ['ai.onnx.ml::Imputer', chain({ op: 'Imputer', ...ML }), '{step: impute, field: a, value: 3}'],
])('%s may be meant: no problem, but told', (operator, graph, steps) => {
  const directory = write(graph, steps);
  const { manifest } = openModelPackage(directory);
  const found = repeatedSteps(manifest, inspectOnnx(path.join(directory, 'model.onnx')));
  expect(found).toMatchObject([{ operator, tensor: 'features', wrong: false }]);
});

test('a graph whose values go round in circles is looked through all the same', () => {
  const circle = [
    { op: 'Identity', inputs: ['features', 'b'], outputs: ['a'] },
    { op: 'Identity', inputs: ['a'], outputs: ['b'] },
    { op: 'Identity', inputs: ['b'], outputs: ['scores'] },
  ];
  const directory = write(onnx(identity({ nodes: circle })), '', 'softmax');
  expect(codes(directory)).toEqual([]);
});
