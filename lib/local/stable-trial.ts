import { type Problem, throwProblems } from '@inferstack/runtime/contract';
import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';
import { candidateProblems, comparedWithNobody, platformTrial } from '../core';
import type { AppEndpoint } from './app-endpoint';

/** Whether the platform would move requests from what is deployed, which is nowhere here. */
export const movesFromDeployed = ({ rollout, runtimeConfig }: AppEndpoint): boolean =>
  runtimeConfig.rollouts === undefined && rollout.strategy !== 'rolling' && rollout.strategy !== 'allAtOnce';

/**
 * The endpoints with a package beside their own as the version that is deployed already: the runtime then does the steps
 * that the platform would do, with the same gates.
 *
 * @throws ProblemError LOCAL_STABLE, PLAN_CANDIDATE, and what is wrong with the package.
 */
export function withStable(endpoints: readonly AppEndpoint[], directory: string): AppEndpoint[] {
  const stable = openModelPackage(directory);
  const tried = endpoints.map((endpoint) => tryFrom(endpoint, stable));
  if (tried.every((endpoint, i) => endpoint === endpoints[i])) throwProblems([unused(stable, endpoints)]);
  return tried;
}

function tryFrom(endpoint: AppEndpoint, stable: ModelPackage): AppEndpoint {
  const { runtimeConfig, modelDirectories, rollout, alarms } = endpoint;
  const { name, version } = stable.manifest;
  const index = runtimeConfig.models.findIndex((model) => model.name === name);
  if (index < 0 || !movesFromDeployed(endpoint)) return endpoint;
  const candidate = openModelPackage(modelDirectories[index]!);
  throwProblems(candidateProblems(stable, candidate, `${endpoint.path}: --stable`), endpoint.path);
  const trial = platformTrial(
    { rollout, monitoring: alarms },
    {
      ...{ model: name, stable: version, candidate: candidate.manifest.version },
      requestTimeoutMs: runtimeConfig.limits.requestTimeoutMs,
    },
  )!;
  const alone = comparedWithNobody(trial);
  if (alone !== undefined) throwProblems([neverPasses(endpoint, alone.name)]);
  const { uri: _, ...main } = runtimeConfig.models[index]!;
  return {
    ...endpoint,
    modelDirectories: [...modelDirectories, stable.directory],
    runtimeConfig: {
      ...runtimeConfig,
      models: [...runtimeConfig.models, { ...main, version, digest: stable.digest, uri: stable.directory }],
      rollouts: { adminKeys: null, rollouts: [trial] },
    },
  };
}

const neverPasses = ({ path }: AppEndpoint, gate: string): Problem => ({
  code: 'LOCAL_STABLE',
  at: `${path}: rollout.gates.${gate}`,
  what: 'the gate compares with the stable version, which answers nobody here after a blue-green switch',
  got: 'maxRatioToStable',
  allowed: 'max',
  remedy: 'Give the gate `max` instead to try it here.',
});

function unused(stable: ModelPackage, endpoints: readonly AppEndpoint[]): Problem {
  return {
    code: 'LOCAL_STABLE',
    at: '--stable',
    what: 'no endpoint would move requests away from this model by canary, linear or blue-green',
    got: `${stable.manifest.name} ${stable.manifest.version}`,
    allowed: endpoints
      .map(({ path, rollout, runtimeConfig: { models, rollouts } }) => {
        const how = rollouts === undefined ? rollout.strategy : 'a candidate of its own';
        return `${path}: ${models.map(({ name }) => name).join(', ')} (${how})`;
      })
      .join('; '),
    remedy: 'Give the package that is deployed now, of a model whose rollout has no `candidate`.',
  };
}
