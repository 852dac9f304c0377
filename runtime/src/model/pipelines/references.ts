import { type PipelineStep, REQUEST, type SwitchCondition } from '../../contract';

/** `step.output`, taken apart; output names may hold dots, step names never do. */
export interface Reference {
  /** Name of the step, or `request`. */
  readonly step: string;
  readonly output: string;
}

export function parseReference(reference: string): Reference {
  const dot = reference.indexOf('.');
  return { step: reference.slice(0, dot), output: reference.slice(dot + 1) };
}

/** The steps directly below a step. */
export function childrenOf(step: PipelineStep): readonly PipelineStep[] {
  switch (step.kind) {
    case 'model':
      return [];
    case 'ensemble':
      return step.members;
    case 'switch':
      return [...step.cases.map((entry) => entry.step), step.otherwise];
    default:
      return step.steps;
  }
}

/** The step and all below it. */
export function allSteps(step: PipelineStep): PipelineStep[] {
  return [step, ...childrenOf(step).flatMap(allSteps)];
}

/** The comparisons of a condition. */
export function comparisonsOf(
  condition: SwitchCondition,
): Extract<SwitchCondition, { readonly op: string }>[] {
  if ('op' in condition) return [condition];
  return ('all' in condition ? condition.all : condition.any).flatMap(comparisonsOf);
}

/** What a step itself reads, not what those below it read. */
export function referencesOf(step: PipelineStep): string[] {
  if (step.kind === 'model') return Object.values(step.inputs);
  if (step.kind !== 'switch') return [];
  return step.cases.flatMap(({ when }) => comparisonsOf(when).map(({ value }) => value));
}

/** The siblings that a step needs, by itself or by what is below it. */
export function siblingsNeeded(step: PipelineStep, siblings: ReadonlySet<string>): string[] {
  const read = allSteps(step).flatMap((inner) => referencesOf(inner).concat(sequenceOutputs(inner)));
  const names = new Set(read.map((reference) => parseReference(reference).step));
  names.delete(REQUEST);
  return [...names].filter((name) => siblings.has(name));
}

const sequenceOutputs = (step: PipelineStep): string[] =>
  step.kind === 'sequence' ? Object.values(step.outputs) : [];

/** A model as a step names it. */
export interface ModelReference {
  readonly step: string;
  readonly model: string;
  readonly version: string;
}

/** Every model a pipeline may run, fallback models included. */
export function modelsOf(root: PipelineStep): ModelReference[] {
  return allSteps(root).flatMap((step): ModelReference[] => {
    if (step.kind !== 'model') return [];
    const { name, model, version, onError } = step;
    const other = onError.kind === 'fallback' ? [{ step: name, ...identity(onError) }] : [];
    return [{ step: name, model, version }, ...other];
  });
}

const identity = ({ model, version }: Omit<ModelReference, 'step'>): Omit<ModelReference, 'step'> => ({
  model,
  version,
});
