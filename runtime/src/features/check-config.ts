import type { FeatureProblemCode, Problem, RuntimeConfig } from '../contract';

/** What can be said of lookups before any model is loaded. */
export function lookupProblems({ features = [], models, pipelines = [] }: RuntimeConfig): Problem[] {
  const names = features.map(({ name }) => name);
  const known = new Set([...models, ...pipelines].map(({ name }) => name));
  return features.flatMap(({ name, model }, i) => {
    const at = `INFERSTACK_CONFIG: features[${i}]`;
    const problem = (code: FeatureProblemCode, what: string, got: string, remedy: string): Problem => ({
      ...{ code, at, what, got, remedy },
    });
    const found: Problem[] = [];
    if (names.indexOf(name) < i)
      found.push(problem('FEATURES_NAME_TWICE', 'the name is there twice', name, 'Rename one.'));
    if (!known.has(model)) {
      const what = 'no model or pipeline of this name is configured';
      found.push(problem('FEATURES_MODEL_UNKNOWN', what, model, `Name one of ${[...known].join(', ')}.`));
    }
    return found;
  });
}
