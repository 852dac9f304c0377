import type { PipelineStep } from '../../contract';
import { siblingsNeeded } from './references';

export interface StepOrder {
  /** Every step after those it reads; what is in a cycle is left out. */
  readonly ordered: readonly PipelineStep[];
  /** Names around a cycle, the first again at the end; undefined when there is none. */
  readonly cycle: readonly string[] | undefined;
}

/** Brings the steps of a sequence into an order in which each finds what it reads. */
export function orderSteps(steps: readonly PipelineStep[]): StepOrder {
  const names = new Set(steps.map(({ name }) => name));
  const byName = new Map(steps.map((step) => [step.name, step]));
  const state = new Map<string, 'open' | 'done'>();
  const ordered: PipelineStep[] = [];
  let cycle: readonly string[] | undefined;

  const visit = (step: PipelineStep, path: readonly string[]): void => {
    const { name } = step;
    if (state.get(name) === 'open') cycle ??= [...path.slice(path.indexOf(name)), name];
    if (state.has(name)) return;
    state.set(name, 'open');
    for (const needed of siblingsNeeded(step, names)) visit(byName.get(needed)!, [...path, name]);
    state.set(name, 'done');
    ordered.push(step);
  };

  for (const step of steps) visit(step, []);
  return { ordered: cycle === undefined ? ordered : [], cycle };
}
