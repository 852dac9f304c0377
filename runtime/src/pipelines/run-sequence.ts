import type { SequenceStep } from '../contract';
import { orderSteps, siblingsNeeded } from '../model/pipelines';
import { allOrNone } from './deadline';
import type { RunBelow } from './run-step';
import type { Scope } from './scope';
import { InputMissingError } from './step-error';

/** Starts every step as soon as those it reads have ended. */
export const runSequence: RunBelow<SequenceStep> = async (step, scope, caller, run) => {
  const inner = scope.inner();
  const ended = new Map<string, Promise<void>>();
  const works = planOf(step).map(({ child, needs }) => (waiting: typeof caller) => {
    const ready = Promise.all(needs.map((name) => ended.get(name)!));
    const done = ready
      .then(() => run(child, inner, waiting))
      .then((outputs) => inner.put(child.name, outputs));
    ended.set(child.name, done);
    return done;
  });
  await allOrNone(caller, works);
  return outputsOf(step, inner);
};

interface Planned {
  readonly child: SequenceStep['steps'][number];
  readonly needs: readonly string[];
}

/** The same for every request. */
const plans = new WeakMap<SequenceStep, readonly Planned[]>();

function planOf(step: SequenceStep): readonly Planned[] {
  const known = plans.get(step);
  if (known !== undefined) return known;
  const names = new Set(step.steps.map(({ name }) => name));
  const plan = orderSteps(step.steps).ordered.map((child) => ({
    child,
    needs: siblingsNeeded(child, names),
  }));
  plans.set(step, plan);
  return plan;
}

function outputsOf(step: SequenceStep, scope: Scope) {
  return new Map(
    Object.entries(step.outputs).map(([name, reference]) => {
      const tensor = scope.get(reference);
      if (tensor === undefined) throw new InputMissingError(`${reference} was skipped`);
      return [name, { ...tensor, name }];
    }),
  );
}
