import type { ColumnSpec, Dimension, FeatureLookup, InputSpec, OutputSpec } from '../../contract';
import type { ModelInstance } from '../../inference';

/**
 * What this server can do beyond the protocol. Names of Triton's extensions stand for exactly these; `predict` is the
 * route for rows of named values.
 */
const EXTENSIONS = ['binary_tensor_data', 'model_repository', 'predict'];

/** Server metadata of the Open Inference Protocol. */
export function serverMetadata(version: string): object {
  return { name: 'inferstack', version, extensions: EXTENSIONS };
}

/** Model metadata of the Open Inference Protocol, with version, digest and column names besides. */
export function modelMetadata(instance: ModelInstance, versions: readonly string[]): object {
  const { manifest, digest, platform, facts, lookups } = instance;
  return {
    name: manifest.name,
    versions,
    platform,
    inputs: manifest.signature.inputs.map(inputMetadata),
    outputs: manifest.signature.outputs.map(tensorMetadata),
    version: manifest.version,
    digest,
    description: manifest.description,
    fields: manifest.preprocessing?.fields,
    rules: manifest.preprocessing?.rules,
    joined: lookups.length === 0 ? undefined : lookups.map(joinedMetadata),
    prediction: manifest.prediction,
    postprocessing: manifest.postprocessing,
    steps: facts.steps,
  };
}

/** What callers send instead of features, and which these are; where they come from is nobody's business. */
function joinedMetadata({ name, keys, features, onGiven }: FeatureLookup): object {
  return {
    name,
    keys: keys.map(({ field, type }) => ({ name: field, type })),
    fields: features.map(({ field }) => field),
    onGiven,
  };
}

function inputMetadata(input: InputSpec): object {
  const { columns, range } = input;
  return { ...tensorMetadata(input), range, columns: columns?.map(columnMetadata) };
}

function columnMetadata({ name, description, unit, range, categories, required }: ColumnSpec): object {
  return { name, description, unit, range, categories, required };
}

function tensorMetadata({ name, dtype, shape }: InputSpec | OutputSpec): object {
  return { name, datatype: dtype, shape: shape.map(size) };
}

/** The protocol writes sizes known only at run time as -1. */
function size(dimension: Dimension): number {
  return typeof dimension === 'number' ? dimension : -1;
}
