import type { PipelineStep, SwitchStep, Tensor } from '../contract';
import { rowTest } from './condition';
import { allOrNone } from './deadline';
import { type RowsPart, scatterRows } from './rows';
import type { RunBelow } from './run-step';
import type { Outputs, Scope } from './scope';
import { InputMissingError } from './step-error';

/** Sends every row the way of the first condition that holds for it, and brings the answers back in row order. */
export const runSwitch: RunBelow<SwitchStep> = async (step, scope, caller, run) => {
  const ways = [...partition(step, scope)];
  const only = ways[0];
  // Nothing is copied when all rows go the same way.
  if (ways.length === 1 && only !== undefined)
    return chosen(step, answered(only[0], await run(only[0], scope, caller)));
  const answers = await allOrNone(
    caller,
    ways.map(([branch, positions]) => async (waiting) => {
      const outputs = answered(branch, await run(branch, scope.ofRows(positions), waiting));
      return { positions, outputs };
    }),
  );
  return new Map(
    step.outputs.map((name) => [
      name,
      scatterRows(
        answers.map(({ positions, outputs }): RowsPart => ({ positions, tensor: outputs.get(name)! })),
      ),
    ]),
  );
};

/** Positions of the rows that go each way, in order; ways that no row goes are not there. */
function partition({ cases, otherwise }: SwitchStep, scope: Scope): Map<PipelineStep, number[]> {
  const tests = cases.map(({ when, step }) => ({ step, holds: rowTest(when, scope) }));
  const ways = new Map<PipelineStep, number[]>();
  for (let row = 0; row < scope.rowCount; row++) {
    const way = tests.find(({ holds }) => holds(row))?.step ?? otherwise;
    const positions = ways.get(way);
    if (positions === undefined) ways.set(way, [row]);
    else positions.push(row);
  }
  return ways;
}

function answered(branch: PipelineStep, outputs: Outputs): NonNullable<Outputs> {
  if (outputs === undefined) throw new InputMissingError(`${branch.name} was skipped`);
  return outputs;
}

const chosen = ({ outputs: names }: SwitchStep, outputs: NonNullable<Outputs>): ReadonlyMap<string, Tensor> =>
  new Map(names.map((name) => [name, outputs.get(name)!]));
