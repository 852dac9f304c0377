import { type Problem, ProblemError, throwProblems } from '@inferstack/runtime/contract';
import type { ModelPackage } from '@inferstack/runtime/model';
import { type ModelPackages, packagePath } from './model-packages';
import type { ModelSource } from './model-source';

/**
 * Opens what an endpoint serves, each package once.
 *
 * @param path construct path, for messages
 * @param problems gets what does not go together
 * @throws ProblemError with everything that is wrong inside the packages, or PLAN_MODELS when there is none.
 */
export function resolveModels(
  path: string,
  model: ModelSource | readonly ModelSource[],
  problems: Problem[],
): ModelPackages {
  const opened = openAll([model].flat());
  const [main, ...others] = new Map(opened.map((found) => [found.digest, found])).values();
  if (main === undefined) throw new ProblemError([noModel(path)]);
  const models: ModelPackages = [main, ...others];
  problems.push(...contradictions(path, models));
  return models;
}

function openAll(sources: readonly ModelSource[]): ModelPackage[] {
  const problems: Problem[] = [];
  const packages = sources.flatMap((source) => {
    try {
      return source.bind();
    } catch (error) {
      if (!(error instanceof ProblemError) || sources.length === 1) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
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
    allowed: 'a ModelSource, or a list of one or more',
    remedy: 'Name at least one model.',
  };
}
