import type { Problem, RuntimeConfig } from '../contract';
import type { RolloutConfig } from '../contract/rollouts';

/** What a schema cannot say of rollouts. CONFIG_ROLLOUT */
export function checkRollouts({
  limits,
  models,
  rollouts,
}: Pick<RuntimeConfig, 'limits' | 'models' | 'rollouts'>): Problem[] {
  return (rollouts?.rollouts ?? []).flatMap((rollout, i) => {
    const at = `INFERSTACK_CONFIG: rollouts.rollouts[${i}]`;
    const problem = (what: string, got: string, remedy: string): Problem => ({
      code: 'CONFIG_ROLLOUT',
      at,
      what,
      got,
      remedy,
    });
    const problems: Problem[] = [];
    const { model, stable, candidate } = rollout;
    if (stable === candidate) {
      problems.push(problem('stable and candidate are the same version', stable, 'Name two versions.'));
    }
    if (rollout.fallbackMs >= limits.requestTimeoutMs) {
      const what = 'the candidate may take all the time of a request, and stable would have none left';
      const got = `fallbackMs ${rollout.fallbackMs}, limits.requestTimeoutMs ${limits.requestTimeoutMs}`;
      problems.push(problem(what, got, 'Let fallbackMs be less.'));
    }
    for (const version of new Set([stable, candidate])) {
      if (models.some((entry) => entry.name === model && entry.version === version)) continue;
      const got = `${model}/${version}`;
      problems.push(
        problem('a version is not among the models', got, 'Add it to models, or correct the name.'),
      );
    }
    if (rollouts!.rollouts.findIndex((other) => other.model === model) < i) {
      problems.push(problem('the model has another rollout', model, 'One rollout a model: remove one.'));
    }
    return [...problems, ...stepProblems(rollout, problem), ...gateProblems(rollout, problem)];
  });
}

type MakeProblem = (what: string, got: string, remedy: string) => Problem;

function stepProblems({ steps }: RolloutConfig, problem: MakeProblem): Problem[] {
  const shares = steps.map(({ percent }) => percent);
  if (shares.every((share, i) => i === 0 || share >= shares[i - 1]!)) return [];
  return [
    problem('the share of the candidate falls from a step to the next', shares.join(', '), 'Sort the steps.'),
  ];
}

/** A gate on what is never compared would be inconclusive for ever. */
function gateProblems({ steps, gates }: RolloutConfig, problem: MakeProblem): Problem[] {
  const compares = steps.some(({ shadowPercent }) => shadowPercent > 0);
  const problems: Problem[] = [];
  for (const { name, metric } of gates) {
    if (compares || (metric !== 'agreement' && metric !== 'score_distance')) continue;
    problems.push(
      problem(
        'a gate compares answers, and no step does',
        name,
        'Give a step a shadowPercent above 0, or drop the gate.',
      ),
    );
  }
  const alone = steps.every(({ percent }) => percent === 100);
  for (const gate of gates) {
    if (!alone || gate.metric !== 'latency' || gate.maxRatioToStable === null) continue;
    const what = 'a gate compares with stable, which answers nobody in any step';
    problems.push(problem(what, gate.name, 'Let maxRatioToStable be null and give maxMs.'));
  }
  problems.push(...gates.flatMap((gate) => boundProblems(gate, problem)));
  for (const gate of gates) {
    if (!('failAfter' in gate) || gate.failAfter.failed <= gate.failAfter.of) continue;
    const got = `${gate.failAfter.failed} of ${gate.failAfter.of}`;
    problems.push(problem(`gate ${gate.name} can never fail`, got, 'Let failed be at most of.'));
  }
  return problems;
}

function boundProblems(gate: RolloutConfig['gates'][number], problem: MakeProblem): Problem[] {
  if (gate.metric !== 'prometheus') return [];
  const { name, max, min } = gate;
  const remedy = 'Give max, min, or both with min at most max.';
  if (max === null && min === null)
    return [problem(`gate ${name} can never fail`, 'neither max nor min', remedy)];
  if (max !== null && min !== null && min > max)
    return [problem(`gate ${name} can never pass`, `min ${min}, max ${max}`, remedy)];
  return [];
}
