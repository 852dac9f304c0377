import {
  type FeatureLookup,
  featureLookupsSchema,
  issuesToProblems,
  type Problem,
  show,
} from '@inferstack/runtime/contract';
import { checkLookups } from '@inferstack/runtime/model';
import { modelNames } from './model-packages';
import type { EndpointPlan } from './plan';
import { ROLLOUT_KEYS } from './runtime-secrets';
import { isUnresolved } from './unresolved';

/** In place of an address that is known only at deployment. */
const SOME_URL = 'https://known.at.deployment';

/** Checks the lookups of a plan as the runtime will, so that a wrong name fails here and not on the platform. */
export function checkFeatures(plan: EndpointPlan): Problem[] {
  const at = `${plan.path}: runtime.features`;
  const lookups = plan.runtime.features.map(({ lookup }) => ({
    ...lookup,
    source: isUnresolved(lookup.source.url) ? { ...lookup.source, url: SOME_URL } : lookup.source,
    credentials: null,
  }));
  const result = featureLookupsSchema.safeParse(lookups);
  if (!result.success)
    return issuesToProblems(result.error, lookups, 'PLAN_FEATURES', (place) => `${at}.${place}`);
  return [...checkModels(plan, result.data, at), ...checkEach(plan, result.data, at)];
}

/** Each version of a model may have other fields; what is wrong with several of them is told once. */
function checkModels({ models }: EndpointPlan, lookups: readonly FeatureLookup[], at: string): Problem[] {
  const problems = models.flatMap(({ manifest }) =>
    checkLookups(
      lookups.filter(({ model }) => model === manifest.name),
      manifest,
      at,
    ),
  );
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function checkEach(
  { models, runtime }: EndpointPlan,
  lookups: readonly FeatureLookup[],
  at: string,
): Problem[] {
  const names: readonly string[] = modelNames(models);
  return lookups.flatMap(({ name, model, timeoutMs }, i) => {
    const problems: Problem[] = [];
    const add = (what: string, got: unknown, allowed: string, remedy: string) =>
      problems.push({ code: 'PLAN_FEATURES', at: `${at}.${name}`, what, got: show(got), allowed, remedy });
    if (lookups.findIndex((other) => other.name === name) < i)
      add('two sources have the same name', name, 'a name of its own for each', 'Rename one.');
    if (name === ROLLOUT_KEYS)
      add('the keys of rollouts are brought under this name', name, 'any other', 'Rename the source.');
    if (!names.includes(model))
      add('the endpoint has no such model', model, names.join(', '), 'Name one of the models.');
    if (timeoutMs >= runtime.requestTimeoutMs)
      add(
        'the lookup may take longer than the whole request',
        `${timeoutMs} ms`,
        `less than ${runtime.requestTimeoutMs} ms`,
        'Lower its timeout, or raise runtime.requestTimeout.',
      );
    return problems;
  });
}
