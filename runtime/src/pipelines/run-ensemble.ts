import type { Combination, EnsembleStep, Tensor } from '../contract';
import { combine, type Vote } from './combine';
import { allOrNone } from './deadline';
import type { RunBelow } from './run-step';
import type { Outputs } from './scope';
import { TooFewMembersError } from './step-error';

/** Runs all members at the same time and makes one answer of theirs. */
export const runEnsemble: RunBelow<EnsembleStep> = async (step, scope, caller, run) => {
  const { members, combine: combinations, minMembers } = step;
  const answers = await allOrNone(
    caller,
    members.map((member) => (waiting) => run(member, scope, waiting)),
  );
  const given = answers.filter((outputs) => outputs !== undefined).length;
  if (given < minMembers)
    throw new TooFewMembersError(`${given} of ${members.length} members gave an answer`);
  return new Map(combinations.map((combination) => [combination.output, combined(combination, answers)]));
};

function combined({ output, method, weights }: Combination, answers: readonly Outputs[]): Tensor {
  const votes = answers.flatMap((outputs, i): Vote[] => {
    const tensor = outputs?.get(output);
    return tensor === undefined ? [] : [{ tensor, weight: weights?.[i] ?? 1 }];
  });
  if (votes.every(({ weight }) => weight === 0))
    throw new TooFewMembersError('only members without weight gave an answer');
  return combine(method, votes);
}
