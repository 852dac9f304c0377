import type { InputSpec, Manifest, ModelStep, OutputSpec } from '../../contract';
import { REQUEST } from '../../contract';
import { closest } from '../closest';
import {
  type EdgeSpec,
  edgeFits,
  type PipelineContext,
  type Sight,
  type StepFacts,
  sameEdge,
  showEdge,
} from './context';
import { parseReference } from './references';

/** Checks a step that runs a model: that the model is there, and that every edge fits its signature. */
export function checkModelStep(
  step: ModelStep,
  sight: Sight,
  context: PipelineContext,
): StepFacts | undefined {
  const manifest = findModel(step, step.model, step.version, context);
  if (manifest === undefined) {
    // Read all the same: an unknown model must not make other steps look unread.
    for (const reference of Object.values(step.inputs)) context.read.add(parseReference(reference).step);
    return undefined;
  }
  const mayBeMissing = checkInputs(step, manifest, sight, context);
  const outputs = outputsOf(step, manifest, context);
  if (step.onError.kind === 'fallback') checkFallbackModel(step, outputs, sight, context);
  if (mayBeMissing && (step.onError.kind === 'fail' || step.onError.kind === 'fallback')) {
    context.add('PIPELINE_MAY_BE_MISSING', step, 'inputs', {
      what: 'an input comes from a step that may be skipped, and this step must not fail',
      remedy: 'Give one of them a default, or let this step be skipped too.',
    });
  }
  return { outputs, mayBeMissing: step.onError.kind === 'skip' };
}

function findModel(
  step: ModelStep,
  model: string,
  version: string,
  context: PipelineContext,
): Manifest | undefined {
  const manifest = context.findManifest(model, version);
  if (manifest === undefined) {
    context.add('PIPELINE_MODEL', step, 'model', {
      what: 'the model is not among those of this endpoint',
      got: `${model}/${version}`,
      remedy: 'Add the model, or correct name and version.',
    });
  }
  return manifest;
}

/** Returns whether an input may be missing. */
function checkInputs(step: ModelStep, manifest: Manifest, sight: Sight, context: PipelineContext): boolean {
  const { inputs } = manifest.signature;
  const names = inputs.map(({ name }) => name);
  for (const name of Object.keys(step.inputs)) {
    if (names.includes(name)) continue;
    const what = `${step.model} has no such input`;
    const remedy = closest(name, names);
    context.add('PIPELINE_INPUT', step, `inputs.${name}`, { what, allowed: names.join(', '), remedy });
  }
  return inputs.map((input) => checkInput(step, input, manifest, sight, context)).some(Boolean);
}

function checkInput(
  step: ModelStep,
  input: InputSpec,
  manifest: Manifest,
  sight: Sight,
  context: PipelineContext,
): boolean {
  const place = `inputs.${input.name}`;
  const reference = step.inputs[input.name];
  if (reference === undefined) {
    const what = `${step.model} takes an input that nothing is given for`;
    const remedy = 'Map it to request.<input> or <step>.<output>.';
    context.add('PIPELINE_INPUT', step, place, { what, remedy });
    return false;
  }
  const { step: from, output } = parseReference(reference);
  if (from === REQUEST) {
    takeFromRequest(step, output, input, manifest, context);
    return false;
  }
  const found = context.output(reference, sight, step, place);
  if (found === undefined) return false;
  checkEdge(step, place, reference, found.spec, input, context);
  return found.mayBeMissing;
}

function takeFromRequest(
  step: ModelStep,
  name: string,
  input: InputSpec,
  manifest: Manifest,
  context: PipelineContext,
): void {
  const known = context.inputs.get(name);
  context.readers.push({ input: name, manifest, as: input.name });
  if (known === undefined) context.inputs.set(name, { ...input, name });
  else checkEdge(step, `inputs.${input.name}`, `${REQUEST}.${name}`, known, input, context);
}

function checkEdge(
  step: ModelStep,
  place: string,
  from: string,
  given: EdgeSpec,
  taken: EdgeSpec,
  context: PipelineContext,
): void {
  if (edgeFits(given, taken)) return;
  context.add('PIPELINE_EDGE', step, place, {
    what: `${from} does not fit the input of ${step.model}`,
    got: showEdge(given),
    allowed: showEdge(taken),
    remedy: 'Map another tensor, or change one of the models.',
  });
}

function outputsOf(step: ModelStep, manifest: Manifest, context: PipelineContext): Map<string, OutputSpec> {
  const { outputs } = manifest.signature;
  const names = outputs.map(({ name }) => name);
  const given = new Map<string, OutputSpec>();
  for (const [name, from] of Object.entries(step.outputs)) {
    const spec = outputs.find((output) => output.name === from);
    if (spec !== undefined) given.set(name, { ...spec, name });
    else {
      const what = `${manifest.name}/${manifest.version} has no such output`;
      const rest = { got: from, allowed: names.join(', '), remedy: closest(from, names) };
      context.add('PIPELINE_OUTPUT', step, `outputs.${name}`, { what, ...rest });
    }
  }
  return given;
}

/** The other model stands where the first stands: it reads and gives the same. */
function checkFallbackModel(
  step: ModelStep,
  outputs: ReadonlyMap<string, OutputSpec>,
  sight: Sight,
  context: PipelineContext,
): void {
  const { onError } = step;
  if (onError.kind !== 'fallback') return;
  const manifest = findModel(step, onError.model, onError.version, context);
  if (manifest === undefined) return;
  checkInputs({ ...step, model: onError.model }, manifest, sight, context);
  for (const [name, spec] of outputsOf(step, manifest, context)) {
    const first = outputs.get(name);
    if (first === undefined || sameEdge(first, spec)) continue;
    context.add('PIPELINE_BRANCHES', step, `onError: outputs.${name}`, {
      what: 'the fallback model gives another dtype or shape',
      got: showEdge(spec),
      allowed: showEdge(first),
      remedy: 'Fall back to a model of the same outputs, or use a fallback step.',
    });
  }
}
