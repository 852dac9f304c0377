import type { PipelineSpec, Problem } from '../../contract';
import { modelsOf } from './references';

/**
 * What can be told to be wrong with pipelines before any model is open: names, and models that are not there.
 *
 * @param locate writes a place in the list for messages
 */
export function pipelineNameProblems(
  pipelines: readonly PipelineSpec[],
  models: readonly { readonly name: string; readonly version: string }[],
  locate: (place: string) => string,
): Problem[] {
  const problems: Problem[] = [];
  const taken = new Set(models.map(({ name }) => name));
  const served = new Set(models.map(({ name, version }) => `${name}/${version}`));
  const add = (code: string, place: string, what: string, got: string, remedy: string): void => {
    problems.push({ code, at: locate(place), what, got, remedy });
  };
  pipelines.forEach(({ name, root }, i) => {
    if (taken.has(name))
      add('PIPELINE_NAME', `pipelines[${i}].name`, 'a model or pipeline has this name', name, 'Rename it.');
    taken.add(name);
    for (const { step, model, version } of modelsOf(root)) {
      const id = `${model}/${version}`;
      if (served.has(id)) continue;
      const what = 'the model is not configured';
      add('PIPELINE_MODEL', `pipelines[${i}]: step ${step}`, what, id, 'Add it to models.');
    }
  });
  return problems;
}
