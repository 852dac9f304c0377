import {
  type Combination,
  type Dtype,
  type EnsembleStep,
  type FallbackStep,
  isFloat,
  isInteger,
  isNumeric,
  type OutputSpec,
  type PipelineStep,
  type SwitchStep,
} from '../../contract';
import { closest } from '../closest';
import { type PipelineContext, type StepFacts, sameEdge, showEdge } from './context';

/** What each of the steps below gives; undefined where that is not known for a problem told already. */
type Below = readonly (readonly [step: PipelineStep, facts: StepFacts | undefined])[];

/** Dtypes that a way of combining makes sense for. */
const COMBINES: Readonly<Record<Combination['method'], { fits: (dtype: Dtype) => boolean; text: string }>> = {
  mean: { fits: isFloat, text: 'FP16, BF16, FP32, FP64' },
  max: { fits: isNumeric, text: 'any number' },
  vote: {
    fits: (dtype) => isInteger(dtype) || dtype === 'BOOL' || dtype === 'BYTES',
    text: 'labels: integers, BOOL, BYTES',
  },
};

/** Checks that the branches of a switch or fallback give the same, so that it does not matter which one ran. */
export function checkBranches(
  step: SwitchStep | FallbackStep,
  below: Below,
  context: PipelineContext,
): ReadonlyMap<string, OutputSpec> {
  const outputs = new Map<string, OutputSpec>();
  for (const name of step.outputs) {
    const spec = checkAlike(step, name, below, context);
    if (spec !== undefined) outputs.set(name, spec);
  }
  const needed = step.kind === 'fallback' ? below.slice(-1) : below;
  for (const [branch, facts] of needed)
    if (facts?.mayBeMissing === true) refuseMissing(branch, step, context);
  if (step.kind === 'fallback')
    checkReachable(
      step,
      below.map(([branch]) => branch),
      context,
    );
  return outputs;
}

/** Checks that the members of an ensemble can be combined. */
export function checkEnsemble(
  step: EnsembleStep,
  below: Below,
  context: PipelineContext,
): ReadonlyMap<string, OutputSpec> {
  const outputs = new Map<string, OutputSpec>();
  for (const combination of step.combine) {
    const { output } = combination;
    const spec = checkAlike(step, output, below, context);
    if (spec === undefined) continue;
    outputs.set(output, spec);
    checkCombination(step, combination, spec, context);
  }
  if (step.minMembers > step.members.length) {
    context.add('PIPELINE_COMBINE', step, 'minMembers', {
      what: 'there are not so many members',
      got: step.minMembers,
      allowed: `1 to ${step.members.length}`,
      remedy: 'Correct it.',
    });
  }
  return outputs;
}

function checkAlike(
  step: PipelineStep,
  name: string,
  below: Below,
  context: PipelineContext,
): OutputSpec | undefined {
  let first: OutputSpec | undefined;
  for (const [branch, facts] of below) {
    if (facts === undefined) continue;
    const spec = facts.outputs.get(name);
    if (spec === undefined) {
      const given = [...facts.outputs.keys()];
      const what = `step ${branch.name} has no output ${name}`;
      const rest = {
        allowed: given.join(', '),
        remedy: closest(name, given, 'Rename outputs of the branch.'),
      };
      context.add('PIPELINE_OUTPUT', step, `outputs.${name}`, { what, ...rest });
    } else if (first === undefined) first = spec;
    else if (!sameEdge(first, spec)) {
      context.add('PIPELINE_BRANCHES', step, `outputs.${name}`, {
        what: `step ${branch.name} gives another dtype or shape than the first`,
        got: showEdge(spec),
        allowed: showEdge(first),
        remedy: 'Use steps whose outputs are alike.',
      });
    }
  }
  return first;
}

function checkCombination(
  step: EnsembleStep,
  { output, method, weights }: Combination,
  { dtype }: OutputSpec,
  context: PipelineContext,
): void {
  const place = `combine.${output}`;
  const { fits, text } = COMBINES[method];
  if (!fits(dtype)) {
    const what = `${method} has no meaning for this dtype`;
    const remedy = 'Combine it in another way, or leave it out.';
    context.add('PIPELINE_COMBINE', step, place, { what, got: dtype, allowed: text, remedy });
  }
  if (weights === null) return;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (method === 'mean' && weights.length === step.members.length && total > 0) return;
  context.add('PIPELINE_COMBINE', step, `${place}.weights`, {
    what: method === 'mean' ? 'the weights do not fit the members' : `${method} knows no weights`,
    got: weights,
    allowed: `${step.members.length} numbers for mean, not all 0`,
    remedy: 'Give one weight a member, or none.',
  });
}

function refuseMissing(branch: PipelineStep, step: PipelineStep, context: PipelineContext): void {
  context.add('PIPELINE_MAY_BE_MISSING', branch, 'onError', {
    what: `${step.name} has no answer where this step is skipped`,
    remedy: 'Let it fail or give a default, and skip the whole if that is meant.',
  });
}

function checkReachable(step: FallbackStep, below: readonly PipelineStep[], context: PipelineContext): void {
  const sure = below.findIndex(({ onError }) => onError.kind === 'default');
  const never = sure < 0 ? undefined : below[sure + 1];
  if (never === undefined) return;
  context.add('PIPELINE_UNREACHABLE', never, '', {
    what: `the step before it in ${step.name} never fails: it has a default`,
    remedy: 'Remove the default, or this step.',
  });
}
