import { type PipelineSpec, type Problem, ProblemError, throwProblems } from '@inferstack/runtime/contract';
import type { ModelPackage } from '@inferstack/runtime/model';
import type { ServedModel } from './endpoint-props';
import { type ModelPackages, packagePath } from './model-packages';
import type { ModelSource } from './model-source';
import { Pipeline, resolvePipelines } from './pipeline';

/**
 * Opens what an endpoint serves, each package once, and resolves the pipelines that are made of it.
 *
 * @param path construct path, for messages
 * @param problems gets what does not go together
 * @throws ProblemError with everything that is wrong inside the packages, or PLAN_MODELS when there is none.
 */
export function resolveModels(
  path: string,
  model: ServedModel | readonly ServedModel[],
  problems: Problem[],
): { readonly models: ModelPackages; readonly pipelines: PipelineSpec[] } {
  const served = [model].flat();
  const pipelines = served.filter((one): one is Pipeline => one instanceof Pipeline);
  const opened = openAll(served.flatMap((one) => (one instanceof Pipeline ? one.sources : [one])));
  const [main, ...others] = new Map([...opened.values()].map((found) => [found.digest, found])).values();
  if (main === undefined) throw new ProblemError([noModel(path)]);
  const models: ModelPackages = [main, ...others];
  problems.push(...contradictions(path, models));
  const packageOf = (source: ModelSource): ModelPackage => opened.get(source)!;
  return {
    models,
    pipelines: resolvePipelines(pipelines, { models, packageOf }, `${path}: model`, problems),
  };
}

function openAll(sources: readonly ModelSource[]): ReadonlyMap<ModelSource, ModelPackage> {
  const problems: Problem[] = [];
  const packages = new Map<ModelSource, ModelPackage>();
  for (const source of new Set(sources)) {
    try {
      packages.set(source, source.bind());
    } catch (error) {
      if (!(error instanceof ProblemError) || sources.length === 1) throw error;
      problems.push(...error.problems);
    }
  }
  throwProblems(problems);
  return packages;
}

/** A request names a model and perhaps a version: it must be said which package that is. */
function contradictions(path: string, models: ModelPackages): Problem[] {
  const first = new Map<string, ModelPackage>();
  return models.flatMap((model) => {
    const name = packagePath(model);
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, model);
      return [];
    }
    return [
      {
        code: 'PLAN_MODELS',
        at: `${path}: model`,
        what: `two packages are ${model.manifest.name} version ${model.manifest.version}, with different content`,
        got: `${other.directory} and ${model.directory}`,
        allowed: 'one package for each name and version',
        remedy: 'Give one of them another version in model.yaml, or leave it out.',
      },
    ];
  });
}

function noModel(path: string): Problem {
  return {
    code: 'PLAN_MODELS',
    at: `${path}: model`,
    what: 'the endpoint has no model',
    got: '[]',
    allowed: 'a ModelSource or Pipeline, or a list of one or more',
    remedy: 'Name at least one model.',
  };
}
