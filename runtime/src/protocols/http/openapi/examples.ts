import type { GoldenSample, InputSpec, Manifest, NestedArray, Tensor } from '../../../contract';
import type { ModelInstance } from '../../../inference';
import { arrivalOf, hasNamedValues, nestedToTensor, tensorToNested } from '../../../model';
import { isBatched } from './row-schema';
import type { Node } from './schema';

/** Requests and their responses, by name. */
export interface Examples {
  readonly requests: Node;
  readonly responses: Node;
}

/** Golden samples as inference requests: they are known to be answered as their responses say. */
export function inferExamples({ manifest, examples, rows }: ModelInstance): Examples {
  const { inputs, outputs } = manifest.signature;
  const { name: model_name, version: model_version } = manifest;
  const made = examples.flatMap((sample) => {
    const given = sample.rows
      ? rows.decode(sample.rows, [], arrivalOf(sample.at))
      : tensors(inputs, sample.inputs);
    // Decoding images takes other threads, and their pixels would teach nobody anything.
    return Array.isArray(given) ? [{ sample, given }] : [];
  });
  return collect(made, ({ sample, given }) => ({
    id: sample.id,
    request: { inputs: given.map(encode) },
    response: { model_name, model_version, outputs: tensors(outputs, sample.outputs).map(encode) },
  }));
}

/** Golden samples as prediction requests. */
export function predictExamples({ manifest, prediction, examples, lookups }: ModelInstance): Examples {
  // No sample tells whom it was about, and every request has to.
  if (lookups.length > 0) return { requests: {}, responses: {} };
  const { name: model, version: model_version } = manifest;
  // Tensors do not tell the raw fields they were made of, and rows of a certain time may be too old by now.
  const sampled = examples.filter(
    (sample) =>
      sampleTells(manifest, sample) &&
      (sample.rows !== undefined || !manifest.preprocessing) &&
      sample.at === undefined,
  );
  return collect(sampled, (sample) => {
    const rows = sample.rows ?? rowsOf(manifest, sample);
    const outputs = tensors(manifest.signature.outputs, sample.outputs);
    const predictions = prediction!.predictions(outputs, rows.length);
    return { id: sample.id, request: { rows }, response: { model, model_version, predictions } };
  });
}

/** Whether a sample holds the output that predictions are read from. */
function sampleTells({ prediction }: Manifest, { outputs }: GoldenSample): boolean {
  return outputs[prediction!.output] !== undefined;
}

function collect<T>(
  samples: readonly T[],
  make: (sample: T) => { readonly id: string; readonly request: object; readonly response: object },
): Examples {
  const made = samples.map((sample, i) => ({ name: `sample-${i + 1}`, ...make(sample) }));
  const named = (part: 'request' | 'response') =>
    Object.fromEntries(
      made.map((example) => [example.name, { summary: `Golden sample ${example.id}`, value: example[part] }]),
    );
  return { requests: named('request'), responses: named('response') };
}

function tensors(
  specs: readonly Pick<InputSpec, 'name' | 'dtype'>[],
  values: GoldenSample['inputs'],
): Tensor[] {
  // Samples may leave out outputs that are not worth comparing.
  return specs
    .filter(({ name }) => values[name] !== undefined)
    .map(({ name, dtype }) => nestedToTensor(name, dtype, values[name]!));
}

function encode(tensor: Tensor): object {
  const { name, dtype: datatype, shape } = tensor;
  return { name, shape, datatype, data: elementsOf(tensorToNested(tensor)) };
}

function elementsOf(nested: NestedArray): unknown[] {
  return Array.isArray(nested) ? nested.flatMap(elementsOf) : [nested];
}

function rowsOf(manifest: Manifest, { inputs }: GoldenSample): Record<string, unknown>[] {
  const specs = manifest.signature.inputs;
  const batched = isBatched(manifest);
  const count = batched ? (inputs[specs[0]!.name] as readonly NestedArray[]).length : 1;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      specs.flatMap((spec) => {
        const whole = inputs[spec.name]!;
        return fields(spec, batched ? (whole as readonly NestedArray[])[row]! : whole);
      }),
    ),
  );
}

function fields(spec: InputSpec, value: NestedArray): [string, unknown][] {
  if (!hasNamedValues(spec)) return [[spec.name, value]];
  const values = elementsOf(value);
  return spec.columns!.map(({ name }, i) => [name, values[i]]);
}
