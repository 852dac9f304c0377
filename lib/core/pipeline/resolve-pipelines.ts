import {
  type InputSpec,
  issuesToProblems,
  type PipelineSpec,
  type PipelineStep,
  type Problem,
  pipelineSchema,
  REQUEST,
} from '@inferstack/runtime/contract';
import {
  allSteps,
  checkPipeline,
  type FindManifest,
  type ModelPackage,
  parseReference,
  pipelineNameProblems,
} from '@inferstack/runtime/model';
import type { ModelPackages } from '../model-packages';
import type { ModelSource } from '../model-source';
import type { Pipeline } from './pipeline';
import { ConditionResolver } from './resolve-condition';
import { resolvePrediction } from './resolve-prediction';
import { type ResolvedStep, resolveStep } from './resolve-step';

/** What pipelines are made of. */
export interface PipelineParts {
  readonly models: ModelPackages;
  readonly packageOf: (source: ModelSource) => ModelPackage;
}

/**
 * Resolves and checks the pipelines of an endpoint against its models.
 *
 * @param at construct path and prop, for messages
 * @param problems gets PIPELINE_*
 */
export function resolvePipelines(
  pipelines: readonly Pipeline[],
  parts: PipelineParts,
  at: string,
  problems: Problem[],
): PipelineSpec[] {
  const specs = pipelines.map((pipeline) => resolvePipeline(pipeline, parts, at, problems));
  const identities = parts.models.map(({ manifest: { name, version } }) => ({ name, version }));
  problems.push(...pipelineNameProblems(specs, identities, (place) => `${at}: ${place}`));
  return specs;
}

function resolvePipeline(
  pipeline: Pipeline,
  { models, packageOf }: PipelineParts,
  path: string,
  problems: Problem[],
): PipelineSpec {
  const { definition, options } = pipeline;
  const at = `${path}: pipeline ${definition.name}`;
  const findManifest: FindManifest = (name, version) =>
    models.find(({ manifest }) => manifest.name === name && manifest.version === version)?.manifest;
  const declared = options.inputs ?? [];
  // Twice: conditions name columns of inputs that steps behind them may be the first to read.
  const draft = resolveStep(definition, [], { packageOf, condition: unresolved });
  const conditions = new ConditionResolver(requestInputs(draft.step, declared, findManifest), at);
  const { step: root, outputs }: ResolvedStep = resolveStep(definition, [], {
    packageOf,
    condition: conditions.resolve,
  });
  const found: Problem[] = [...conditions.problems];
  const spec: PipelineSpec = {
    name: definition.name,
    version: options.version ?? '1',
    description: options.description ?? null,
    inputs: [...declared],
    root,
    ...resolvePrediction(options, outputs, at, found),
  };
  const form = pipelineSchema.safeParse(spec);
  if (!form.success)
    found.push(...issuesToProblems(form.error, spec, 'PIPELINE_INVALID', (place) => `${at}: ${place}`));
  problems.push(...(found.length > 0 ? found : checkPipeline(spec, findManifest, at).problems));
  return spec;
}

const unresolved = () => ({ all: [] });

/** Inputs of the request by name: declared, and as the first model that reads one describes it. */
function requestInputs(
  root: PipelineStep,
  declared: readonly InputSpec[],
  findManifest: FindManifest,
): ReadonlyMap<string, InputSpec> {
  const inputs = new Map(declared.map((input) => [input.name, input]));
  for (const step of allSteps(root)) {
    if (step.kind !== 'model') continue;
    const specs = findManifest(step.model, step.version)?.signature.inputs ?? [];
    for (const spec of specs) {
      const { step: from, output } = parseReference(step.inputs[spec.name]!);
      if (from === REQUEST && !inputs.has(output)) inputs.set(output, spec);
    }
  }
  return inputs;
}
