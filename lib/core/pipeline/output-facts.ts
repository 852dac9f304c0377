import { isDeepStrictEqual } from 'node:util';
import type { Dtype, Manifest } from '@inferstack/runtime/contract';

/** How the scores of an output are read, as a model says. */
export interface Reading {
  readonly prediction: NonNullable<Manifest['prediction']>;
  readonly postprocessing: Manifest['postprocessing'];
}

/** What defaults need to know of an output. */
export interface OutputFacts {
  readonly dtype: Dtype;
  /** Different ones, of all models whose scores are in it. */
  readonly readings: readonly Reading[];
}

export type StepOutputs = ReadonlyMap<string, OutputFacts>;

/** Outputs of a model, by the names a step gives them. */
export function modelOutputs(
  { signature, prediction, postprocessing }: Manifest,
  outputs: Readonly<Record<string, string>>,
): StepOutputs {
  return new Map(
    Object.entries(outputs).flatMap(([name, from]): [string, OutputFacts][] => {
      const spec = signature.outputs.find((output) => output.name === from);
      if (spec === undefined) return [];
      const reads = prediction !== undefined && prediction.output === from;
      return [[name, { dtype: spec.dtype, readings: reads ? [{ prediction, postprocessing }] : [] }]];
    }),
  );
}

/** Outputs that all steps have, in the order of the first. */
export function commonOutputs(steps: readonly StepOutputs[]): string[] {
  const [first, ...others] = steps;
  return [...(first?.keys() ?? [])].filter((name) => others.every((outputs) => outputs.has(name)));
}

/** What is known of outputs that come from several steps alike. */
export function mergedOutputs(names: readonly string[], steps: readonly StepOutputs[]): StepOutputs {
  return new Map(
    names.flatMap((name): [string, OutputFacts][] => {
      const facts = steps.flatMap((outputs) => outputs.get(name) ?? []);
      const dtype = facts[0]?.dtype;
      return dtype === undefined
        ? []
        : [[name, { dtype, readings: different(facts.flatMap((f) => f.readings)) }]];
    }),
  );
}

/** Readings that say something else than those before them; by which name the output goes does not matter. */
export function different(readings: readonly Reading[]): Reading[] {
  const kept: Reading[] = [];
  for (const reading of readings) if (!kept.some((other) => sameReading(other, reading))) kept.push(reading);
  return kept;
}

const sameReading = (a: Reading, b: Reading): boolean =>
  isDeepStrictEqual(a.postprocessing, b.postprocessing) &&
  isDeepStrictEqual({ ...a.prediction, output: '' }, { ...b.prediction, output: '' });
