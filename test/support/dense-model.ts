import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';
import { onnx } from './onnx-builder';
import { writePackage } from './package-builder';

const WIDTH = 800;

/** A seeded matrix: values of a linear congruential generator (Numerical Recipes) in [-1, 1). */
function matrix(rows: number, columns: number, seed: number): Buffer {
  let state = seed;
  const values = Float32Array.from({ length: rows * columns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) / Math.sqrt(rows);
  });
  return Buffer.from(values.buffer);
}

/** A package whose weights (about 5 MB) are worth sharing: features -> three dense layers -> scores. */
export function densePackage(): ModelPackage {
  const layers = ['w1', 'w2', 'w3', 'w4'];
  const sizes = [2, WIDTH, WIDTH, WIDTH, 2];
  const weights = layers.map((name, i) => ({
    name,
    dims: [sizes[i]!, sizes[i + 1]!],
    raw: matrix(sizes[i]!, sizes[i + 1]!, i + 1),
  }));
  const nodes = layers.flatMap((name, i) => [
    { op: 'MatMul', inputs: [i === 0 ? 'features' : `h${i}`, name], outputs: [`z${i + 1}`] },
    { op: 'Tanh', inputs: [`z${i + 1}`], outputs: [i === layers.length - 1 ? 'scores' : `h${i + 1}`] },
  ]);
  const graph = onnx({
    inputs: [{ name: 'features', shape: ['batch', 2] }],
    outputs: [{ name: 'scores', shape: ['batch', 2] }],
    nodes,
    weights,
  });
  return openModelPackage(writePackage({ 'model.onnx': graph }));
}
