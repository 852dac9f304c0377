import {
  type Combination,
  isFloat,
  type ModelStep,
  type PipelineStep,
  REQUEST,
  type SwitchCondition,
} from '@inferstack/runtime/contract';
import type { ModelPackage } from '@inferstack/runtime/model';
import type { ModelSource } from '../model-source';
import {
  commonOutputs,
  mergedOutputs,
  modelOutputs,
  type OutputFacts,
  type StepOutputs,
} from './output-facts';
import type {
  Combine,
  ConditionProps,
  Definition,
  ModelOnError,
  StepDefinition,
  StepOptions,
} from './step-definition';

/** Steps written before, innermost first. */
export type Before = readonly { readonly name: string; readonly outputs: StepOutputs }[];

export interface ResolvedStep {
  readonly step: PipelineStep;
  readonly outputs: StepOutputs;
}

export interface StepContext {
  readonly packageOf: (source: ModelSource) => ModelPackage;
  /** Says which element of a row a condition means. */
  readonly condition: (condition: ConditionProps, before: Before, at: string) => SwitchCondition;
}

/** Decides what a step leaves open. Whether that fits is checked afterwards, on the whole. */
export function resolveStep(definition: StepDefinition, before: Before, context: StepContext): ResolvedStep {
  switch (definition.kind) {
    case 'model':
      return resolveModelStep(definition, before, context);
    case 'sequence':
      return resolveSequence(definition, before, context);
    case 'ensemble':
      return resolveEnsemble(definition, before, context);
    default:
      return resolveBranches(definition, before, context);
  }
}

const common = ({
  name,
  options,
}: {
  readonly name: string;
  readonly options: Pick<StepOptions, 'timeout'>;
}) => ({
  name,
  timeoutMs: options.timeout === undefined ? null : options.timeout.toMilliseconds(),
});

function onError(
  given: StepOptions['onError'] = 'fail',
): Exclude<PipelineStep['onError'], { readonly kind: 'fallback' }> {
  return typeof given === 'string' ? { kind: given } : { kind: 'default', outputs: { ...given.default } };
}

function modelOnError(given: ModelOnError | undefined, { packageOf }: StepContext): ModelStep['onError'] {
  if (typeof given !== 'object' || !('fallback' in given)) return onError(given);
  const { name, version } = packageOf(given.fallback).manifest;
  return { kind: 'fallback', model: name, version };
}

function resolveModelStep(
  definition: Definition<'model'>,
  before: Before,
  context: StepContext,
): ResolvedStep {
  const { manifest } = context.packageOf(definition.source);
  const { options } = definition;
  const { inputs, outputs } = manifest.signature;
  const given = options.outputs ?? Object.fromEntries(outputs.map(({ name }) => [name, name]));
  const found = Object.fromEntries(inputs.map(({ name }) => [name, nearest(name, before)]));
  const step: ModelStep = {
    kind: 'model',
    ...common(definition),
    onError: modelOnError(options.onError, context),
    model: manifest.name,
    version: manifest.version,
    inputs: { ...found, ...options.inputs },
    outputs: { ...given },
  };
  return { step, outputs: modelOutputs(manifest, given) };
}

/** Where an input comes from that nothing is said of. */
function nearest(input: string, before: Before): string {
  const step = before.find(({ outputs }) => outputs.has(input));
  return `${step?.name ?? REQUEST}.${input}`;
}

function resolveSequence(
  definition: Definition<'sequence'>,
  before: Before,
  context: StepContext,
): ResolvedStep {
  const { name, options } = definition;
  let seen = before;
  const resolved = definition.steps.map((child) => {
    const result = resolveStep(child, seen, context);
    seen = [{ name: child.name, outputs: result.outputs }, ...seen];
    return result;
  });
  const last = resolved.at(-1);
  const all = [...(last?.outputs.keys() ?? [])].map((output) => [output, `${last!.step.name}.${output}`]);
  const outputs: Record<string, string> = { ...(options.outputs ?? Object.fromEntries(all)) };
  const facts = Object.entries(outputs).flatMap(([output, reference]): [string, OutputFacts][] => {
    const found = factsOf(reference, seen);
    return found === undefined ? [] : [[output, found]];
  });
  const steps = resolved.map(({ step }) => step);
  return {
    step: {
      kind: 'sequence',
      ...common({ name, options }),
      onError: onError(options.onError),
      steps,
      outputs,
    },
    outputs: new Map(facts),
  };
}

/** What is known of what a reference names. */
export function factsOf(reference: string, before: Before): OutputFacts | undefined {
  const dot = reference.indexOf('.');
  const step = before.find(({ name }) => name === reference.slice(0, dot));
  return step?.outputs.get(reference.slice(dot + 1));
}

function resolveEnsemble(
  definition: Definition<'ensemble'>,
  before: Before,
  context: StepContext,
): ResolvedStep {
  const { options } = definition;
  const resolved = definition.steps.map((child) => resolveStep(child, before, context));
  const below = resolved.map(({ outputs }) => outputs);
  const usual = commonOutputs(below).map((name): [string, Combine] => {
    return [name, isFloat(below[0]!.get(name)!.dtype) ? 'mean' : 'vote'];
  });
  const combine = Object.entries(options.combine ?? Object.fromEntries(usual)).map(combination);
  return {
    step: {
      kind: 'ensemble',
      ...common(definition),
      onError: onError(options.onError),
      members: resolved.map(({ step }) => step),
      combine,
      minMembers: options.minMembers ?? 1,
    },
    outputs: mergedOutputs(
      combine.map(({ output }) => output),
      below,
    ),
  };
}

function combination([output, how]: [string, Combine]): Combination {
  if (typeof how === 'string') return { output, method: how, weights: null };
  return { output, method: 'mean', weights: [...how.mean] };
}

function resolveBranches(
  definition: Definition<'switch'> | Definition<'fallback'>,
  before: Before,
  context: StepContext,
): ResolvedStep {
  const resolved = definition.steps.map((child) => resolveStep(child, before, context));
  const below = resolved.map(({ outputs }) => outputs);
  const outputs = [...(definition.options.outputs ?? commonOutputs(below))];
  const steps = resolved.map(({ step }) => step);
  const shared = { ...common(definition), onError: onError(definition.options.onError), outputs };
  const facts = mergedOutputs(outputs, below);
  if (definition.kind === 'fallback') return { step: { kind: 'fallback', ...shared, steps }, outputs: facts };
  const cases = definition.conditions.map((when, i) => ({
    when: context.condition(when, before, `step ${definition.name}: cases[${i}].when`),
    step: steps[i]!,
  }));
  return { step: { kind: 'switch', ...shared, cases, otherwise: steps.at(-1)! }, outputs: facts };
}
