import path from 'node:path';
import type { GoldenSample, InputSpec, NestedArray, OutputSpec } from '../../src/contract';
import { nestedToTensor, openModelPackage } from '../../src/model';

/** A tensor of one row, flat. */
export interface RowTensor {
  readonly name: string;
  readonly datatype: 'FP32' | 'INT64';
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A model package with the one row that is sent over and over, and what must come back. */
export interface BenchModel {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly digest: string;
  readonly graphFile: string;
  readonly inputs: readonly RowTensor[];
  readonly outputs: readonly RowTensor[];
  readonly tolerance: GoldenSample['tolerance'];
}

/** Opens a package; its first golden sample becomes the request. */
export function openBenchModel(directory: string): BenchModel {
  const pkg = openModelPackage(directory);
  const { manifest } = pkg;
  const sample = pkg.samples[0]!;
  const tensors = (specs: readonly (InputSpec | OutputSpec)[], values: GoldenSample['inputs']) =>
    specs.filter((spec) => values[spec.name] !== undefined).map((spec) => rowTensor(spec, values));
  return {
    name: manifest.name,
    version: manifest.version,
    directory: pkg.directory,
    digest: pkg.digest,
    graphFile: path.join(pkg.directory, manifest.graph),
    inputs: tensors(manifest.signature.inputs, sample.inputs),
    outputs: tensors(manifest.signature.outputs, sample.outputs),
    tolerance: sample.tolerance,
  };
}

function rowTensor({ name, dtype }: InputSpec | OutputSpec, values: GoldenSample['inputs']): RowTensor {
  if (dtype !== 'FP32' && dtype !== 'INT64') {
    throw new Error(`${name}: dtype ${dtype}; the peers of the benchmark read FP32 and INT64`);
  }
  const { shape } = nestedToTensor(name, dtype, values[name]!);
  // The numbers as written in the package: a Float32Array would print them with seventeen digits.
  return { name, datatype: dtype, shape, data: flat(values[name]!) };
}

function flat(value: NestedArray): number[] {
  return typeof value === 'object' ? value.flatMap(flat) : [Number(value)];
}
