import type { OutputSpec, PipelineSpec, PipelineStep, Problem, SequenceStep } from '../../contract';
import { checkBranches, checkEnsemble } from './check-branches';
import { checkConditions, noteConditions } from './check-condition';
import { checkDefault } from './check-default';
import { checkModelStep } from './check-model-step';
import { type FindManifest, PipelineContext, Sight, type StepFacts } from './context';
import { orderSteps } from './order-steps';
import { checkPipelinePrediction } from './pipeline-prediction';
import { checkPreprocessing } from './pipeline-preprocessing';
import { type PipelineSignature, signatureOf } from './pipeline-signature';
import { allSteps, childrenOf, modelsOf } from './references';

export interface CheckedPipeline {
  readonly problems: readonly Problem[];
  /** What the pipeline takes and gives; undefined when that does not follow for the problems. */
  readonly signature: PipelineSignature | undefined;
  /** What every step gives, by its name. */
  readonly outputs: ReadonlyMap<string, ReadonlyMap<string, OutputSpec>>;
}

/**
 * Checks a pipeline against the models it runs: every edge by name, dtype and shape, and that there is always an
 * answer.
 *
 * @param at where the pipeline is written down, for messages.
 */
export function checkPipeline(spec: PipelineSpec, findManifest: FindManifest, at: string): CheckedPipeline {
  const context = new PipelineContext(spec, findManifest, at);
  checkNames(spec.root, context);
  const facts = visit(spec.root, new Sight(), context);
  for (const check of context.later) check();
  checkRows(spec.root, context);
  const { problems, outputs } = context;
  if (facts === undefined) return { problems, signature: undefined, outputs };
  checkRoot(spec.root, facts, context);
  const preprocessing = checkPreprocessing(context);
  const signature = signatureOf(context, facts.outputs, preprocessing);
  // What is read from outputs that are not sound would be told twice.
  if (problems.length === 0) checkPipelinePrediction(spec, signature, context);
  return { problems, signature: problems.length === 0 ? signature : undefined, outputs };
}

function visit(step: PipelineStep, sight: Sight, context: PipelineContext): StepFacts | undefined {
  if (step.kind === 'model') {
    const facts = checkModelStep(step, sight, context);
    if (facts !== undefined) note(step, facts, context);
    return facts;
  }
  const outputs = visitBelow(step, sight, context);
  const facts = { outputs, mayBeMissing: step.onError.kind === 'skip' };
  note(step, facts, context);
  return facts;
}

function note(step: PipelineStep, facts: StepFacts, context: PipelineContext): void {
  context.outputs.set(step.name, facts.outputs);
  checkDefault(step, facts, context);
}

function visitBelow(
  step: Exclude<PipelineStep, { readonly kind: 'model' }>,
  sight: Sight,
  context: PipelineContext,
): ReadonlyMap<string, OutputSpec> {
  if (step.kind === 'sequence') return visitSequence(step, new Sight(sight), context);
  if (step.kind === 'switch') {
    noteConditions(step, context);
    context.later.push(() => checkConditions(step, sight, context));
  }
  const below = childrenOf(step).map((child) => [child, visit(child, sight, context)] as const);
  return step.kind === 'ensemble' ? checkEnsemble(step, below, context) : checkBranches(step, below, context);
}

function visitSequence(
  step: SequenceStep,
  sight: Sight,
  context: PipelineContext,
): ReadonlyMap<string, OutputSpec> {
  const outputs = new Map<string, OutputSpec>();
  const { ordered, cycle } = orderSteps(step.steps);
  if (cycle !== undefined) {
    const what = 'steps wait for each other in a circle';
    context.add('PIPELINE_CYCLE', step, 'steps', {
      what,
      got: cycle.join(' -> '),
      remedy: 'Let one of them read something else.',
    });
    return outputs;
  }
  for (const child of ordered) sight.steps.set(child.name, visit(child, sight, context));
  for (const [name, reference] of Object.entries(step.outputs)) {
    const found = context.output(reference, sight, step, `outputs.${name}`);
    if (found === undefined) continue;
    outputs.set(name, { ...found.spec, name });
    if (!found.mayBeMissing) continue;
    context.add('PIPELINE_MAY_BE_MISSING', step, `outputs.${name}`, {
      what: `${reference} comes from a step that may be skipped`,
      remedy: 'Give that step a default or a fallback model, or skip the whole sequence.',
    });
  }
  for (const child of ordered) {
    if (context.read.has(child.name)) continue;
    const what = `nothing in ${step.name} reads what this step gives`;
    context.add('PIPELINE_UNREACHABLE', child, '', { what, remedy: 'Read it, or remove the step.' });
  }
  return outputs;
}

function checkNames(root: PipelineStep, context: PipelineContext): void {
  const seen = new Set<string>();
  for (const step of allSteps(root)) {
    if (seen.has(step.name)) {
      const what = 'two steps have the same name';
      context.add('PIPELINE_NAME', step, 'name', { what, got: step.name, remedy: 'Give each its own name.' });
    }
    seen.add(step.name);
  }
}

function checkRoot(root: PipelineStep, { outputs, mayBeMissing }: StepFacts, context: PipelineContext): void {
  if (mayBeMissing) {
    const what = 'there is no answer where the whole pipeline is skipped';
    context.add('PIPELINE_MAY_BE_MISSING', root, 'onError', {
      what,
      remedy: 'Let it fail, or give a default.',
    });
  }
  if (outputs.size > 0 || context.problems.length > 0) return;
  const what = 'the pipeline gives no output';
  context.add('PIPELINE_OUTPUT', root, 'outputs', { what, remedy: 'Name at least one output.' });
}

/** Where rows go different ways, every model must take any number of them. */
function checkRows(root: PipelineStep, context: PipelineContext): void {
  if (!allSteps(root).some(({ kind }) => kind === 'switch')) return;
  for (const { step, model, version } of modelsOf(root)) {
    const signature = context.findManifest(model, version)?.signature;
    if (signature === undefined) continue;
    const fixed = [...signature.inputs, ...signature.outputs].find(
      ({ shape }) => typeof shape[0] !== 'string',
    );
    if (fixed === undefined) continue;
    const named = allSteps(root).find(({ name }) => name === step);
    context.add('PIPELINE_ROWS', named, fixed.name, {
      what: `${model}/${version} does not take or give a batch of rows here, and a switch parts the rows`,
      got: `[${fixed.shape.join(', ')}]`,
      allowed: 'a first dimension with a name',
      remedy: 'Export the model with a batch dimension.',
    });
  }
}
