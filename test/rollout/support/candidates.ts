import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { openModelPackage } from '@inferstack/runtime/model';
import type { RuntimeConfig } from '../../../runtime/src/contract';
import { type GraphSpec, type NodeSpec, onnx, type WeightSpec } from '../../support/onnx-builder';
import { manifestWith, writePackage } from '../../support/package-builder';

const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const constant = (name: string, value: number): WeightSpec => ({ name, dims: [], raw: floats(value) });

/** `scores` as computed by the nodes; the golden samples of version 1 hold for it too. */
function scores(nodes: readonly NodeSpec[], weights: readonly WeightSpec[]): GraphSpec {
  return {
    inputs: [{ name: 'features', shape: ['batch', 2] }],
    outputs: [{ name: 'scores', shape: ['batch', 2] }],
    nodes,
    weights,
  };
}

/** relu(features - from): 0 below. */
const above = (name: string, from: string): NodeSpec[] => [
  { op: 'Sub', inputs: ['features', from], outputs: [`${name}_shifted`] },
  { op: 'Relu', inputs: [`${name}_shifted`], outputs: [name] },
];

/**
 * Healthy but wrong: what lies between 0.6 and 0.64 is pressed below the threshold of 0.5, which turns the label of
 * about 3.4 % of rows that are spread evenly over 0 to 1.
 */
const flipped = scores(
  [
    ...above('rise', 'from'),
    ...above('turn', 'middle'),
    ...above('fall', 'to'),
    { op: 'Mul', inputs: ['turn', 'two'], outputs: ['turn_twice'] },
    { op: 'Sub', inputs: ['rise', 'turn_twice'], outputs: ['half'] },
    { op: 'Add', inputs: ['half', 'fall'], outputs: ['bump'] },
    { op: 'Mul', inputs: ['bump', 'factor'], outputs: ['error'] },
    { op: 'Sub', inputs: ['features', 'error'], outputs: ['scores'] },
  ],
  [
    constant('from', 0.6),
    constant('middle', 0.62),
    constant('to', 0.64),
    constant('two', 2),
    constant('factor', 40),
  ],
);

/** Square root and square: the same again, but NaN below zero. */
const notFinite = scores(
  [
    { op: 'Sqrt', inputs: ['features'], outputs: ['root'] },
    { op: 'Mul', inputs: ['root', 'root'], outputs: ['scores'] },
  ],
  [],
);

/** Adds nothing, in some tens of milliseconds. */
function slow(): GraphSpec {
  const size = 600;
  const rounds = 60;
  const nodes: NodeSpec[] = [{ op: 'MatMul', inputs: ['features', 'in'], outputs: ['h0'] }];
  for (let i = 0; i < rounds; i++)
    nodes.push({ op: 'MatMul', inputs: [`h${i}`, 'square'], outputs: [`h${i + 1}`] });
  nodes.push({ op: 'MatMul', inputs: [`h${rounds}`, 'out'], outputs: ['nothing'] });
  nodes.push({ op: 'Add', inputs: ['features', 'nothing'], outputs: ['scores'] });
  const zeros = (rows: number, columns: number) => Buffer.alloc(rows * columns * 4);
  return scores(nodes, [
    { name: 'in', dims: [2, size], raw: zeros(2, size) },
    { name: 'square', dims: [size, size], raw: zeros(size, size) },
    { name: 'out', dims: [size, 2], raw: zeros(size, 2) },
  ]);
}

/** Fails its golden samples: everything is moved by a tenth. */
const shifted = scores(
  [{ op: 'Add', inputs: ['features', 'tenth'], outputs: ['scores'] }],
  [constant('tenth', 0.1)],
);

type Entry = RuntimeConfig['models'][number];

function entry(directory: string): Entry {
  const { manifest, digest } = openModelPackage(directory);
  return { name: manifest.name, version: manifest.version, uri: directory, digest };
}

const written = (graph?: GraphSpec): Entry =>
  entry(
    writePackage({
      'model.yaml': manifestWith(['version: "1"', 'version: "2"']),
      ...(graph && { 'model.onnx': onnx(graph) }),
    }),
  );

function corrupted(): Entry {
  const model = written();
  appendFileSync(path.join(model.uri, 'model.onnx'), 'x');
  return model;
}

export const stable = (): Entry => entry(writePackage());

/** Candidates for version 2 of `echo`, each with its own fault. */
export const candidates = {
  good: () => written(),
  flipped: () => written(flipped),
  notFinite: () => written(notFinite),
  slow: () => written(slow()),
  wrongSamples: () => written(shifted),
  corrupted,
  /** Downloaded from an address where nobody ever answers. */
  unreachable: (port: number): Entry => ({ ...written(), uri: `http://127.0.0.1:${port}/model.tar.gz` }),
} as const;
