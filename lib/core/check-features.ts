import {
  type FeatureLookup,
  featureLookupsSchema,
  issuesToProblems,
  type Manifest,
  type Problem,
  show,
} from '@inferstack/runtime/contract';
import { checkLookups, checkPipeline, type FindManifest, pipelineManifest } from '@inferstack/runtime/model';
import type { EndpointPlan } from './plan';
import { ROLLOUT_KEYS } from './runtime-secrets';
import { servedNames } from './served-names';
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
  const served = manifestsOf(plan);
  return [
    ...checkModels(served, result.data, at),
    ...checkEach(plan, result.data, at),
    ...checkRows(plan, served, result.data, at),
  ];
}

/** Each version of a model may have other fields; what is wrong with several of them is told once. */
function checkModels(served: readonly Manifest[], lookups: readonly FeatureLookup[], at: string): Problem[] {
  const problems = served.flatMap((manifest) =>
    checkLookups(
      lookups.filter(({ model }) => model === manifest.name),
      manifest,
      at,
    ),
  );
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** As callers see what is served. A pipeline that does not fit its models is told of elsewhere. */
function manifestsOf({ models, runtime, path }: EndpointPlan): Manifest[] {
  const findManifest: FindManifest = (name, version) =>
    models.find(({ manifest }) => manifest.name === name && manifest.version === version)?.manifest;
  const pipelines = runtime.pipelines.flatMap((spec) => {
    const { signature } = checkPipeline(spec, findManifest, path);
    return signature === undefined ? [] : [pipelineManifest(spec, signature, findManifest)];
  });
  return [...models.map(({ manifest }) => manifest), ...pipelines];
}

/** Rows alone are joined: without a route that takes them for this model, a lookup would never be made. */
function checkRows(
  { runtime: { contracts, adapters } }: EndpointPlan,
  served: readonly Manifest[],
  lookups: readonly FeatureLookup[],
  at: string,
): Problem[] {
  if (contracts.length > 0) return [];
  const takesRows = ({ name, prediction }: Manifest): boolean =>
    prediction !== undefined || adapters.some((adapter) => adapter.model === name);
  return lookups
    .filter(
      ({ model }) =>
        served.some(({ name }) => name === model) &&
        !served.some((one) => one.name === model && takesRows(one)),
    )
    .map(({ name, model }) => ({
      code: 'PLAN_FEATURES' as const,
      at: `${at}.${name}`,
      what: 'features are joined to rows of named values, and no route takes any for this model',
      got: `${model}, which says nothing about predictions`,
      allowed: 'a model with a prediction, a contract of another server, or an adapter',
      remedy: 'Describe the prediction, or add runtime.contracts or runtime.adapters.',
    }));
}

function checkEach(plan: EndpointPlan, lookups: readonly FeatureLookup[], at: string): Problem[] {
  const { runtime } = plan;
  const names: readonly string[] = servedNames(plan);
  return lookups.flatMap(({ name, model, timeoutMs }, i) => {
    const problems: Problem[] = [];
    const add = (what: string, got: unknown, allowed: string, remedy: string) =>
      problems.push({ code: 'PLAN_FEATURES', at: `${at}.${name}`, what, got: show(got), allowed, remedy });
    if (lookups.findIndex((other) => other.name === name) < i)
      add('two sources have the same name', name, 'a name of its own for each', 'Rename one.');
    if (name === ROLLOUT_KEYS)
      add('the keys of rollouts are brought under this name', name, 'any other', 'Rename the source.');
    if (!names.includes(model))
      add('the endpoint has no such model or pipeline', model, names.join(', '), 'Name one of them.');
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
