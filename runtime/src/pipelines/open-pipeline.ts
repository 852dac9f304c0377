import { createHash } from 'node:crypto';
import { type FeatureLookup, type PipelineSpec, throwProblems } from '../contract';
import { ModelInstance, type ModelRepository } from '../inference';
import { checkLookups } from '../model';
import { allSteps, checkPipeline, type FindManifest, modelsOf, pipelineManifest } from '../model/pipelines';
import type { PipelineMetrics, RuntimeMetrics } from '../monitoring';
import { PipelineExecutor } from './pipeline-executor';

export interface OpenPipelineParts {
  /** With every model of the pipeline loaded. */
  readonly repository: ModelRepository;
  readonly metrics: RuntimeMetrics;
  readonly pipelineMetrics: PipelineMetrics;
  /** Longest time a step may have to wait for its run, milliseconds. */
  readonly maxWaitMs: number;
  /** Features of its rows that come from online stores. @default - none */
  readonly lookups?: readonly FeatureLookup[];
}

/**
 * Makes a pipeline that answers where a model would.
 *
 * @param at where it is written down, for messages.
 * @throws ProblemError PIPELINE_*, FEATURES_* with everything that does not fit the loaded models.
 */
export function openPipeline(spec: PipelineSpec, at: string, parts: OpenPipelineParts): ModelInstance {
  const { repository, metrics, pipelineMetrics, maxWaitMs, lookups = [] } = parts;
  const { name, version, root } = spec;
  const findManifest: FindManifest = (model, wanted) => repository.resolve(model, wanted).manifest;
  const { problems, signature, outputs } = checkPipeline(spec, findManifest, at);
  throwProblems(problems, at);
  const manifest = pipelineManifest(spec, signature!, findManifest);
  throwProblems(checkLookups(lookups, manifest, 'features'), at);
  const models = modelsOf(root);
  const steps = allSteps(root).map((step) => step.name);
  const executor = new PipelineExecutor({
    ...{ name, root, repository, metrics, maxWaitMs, models, outputs },
    answers: signature!.outputs,
    counters: pipelineMetrics.add(name, version, steps),
  });
  const digests = models.map(({ model, version: used }) => repository.resolve(model, used).digest);
  const facts = { loadSeconds: 0, goldenSamples: 0, steps: models };
  return new ModelInstance({ manifest, digest: pipelineDigest(spec, digests) }, executor, facts, lookups);
}

/** Changes with the pipeline and with any of its models. */
function pipelineDigest(spec: PipelineSpec, models: readonly string[]): string {
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([spec, models]))
    .digest('hex')}`;
}
