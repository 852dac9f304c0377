import type { RuntimeConfig } from '../../contract';
import type { InferenceService, ModelRepository, Readiness } from '../../inference';
import { contractList } from './contract-list';
import { ContractRouter } from './contract-router';
import { unnamedModels } from './only-model';
import { type Environment, vertexRoutes } from './vertex-environment';

interface Parts {
  readonly service: InferenceService;
  readonly repository: ModelRepository;
  readonly readiness: Readiness;
  readonly runtimeVersion: string;
}

/**
 * The routes of the contracts a configuration names; undefined without any.
 *
 * @throws ProblemError CONFIG_CONTRACT_ENVIRONMENT
 */
export function openContracts(
  config: RuntimeConfig,
  parts: Parts,
  environment: Environment,
): ContractRouter | undefined {
  const { contracts = [], endpoint, models, limits, repository } = config;
  if (contracts.length === 0) return undefined;
  const enabled = new Set(contracts);
  const names = unnamedModels(config);
  const all = {
    ...parts,
    limits,
    enabled,
    onlyModel: names.length === 1 ? names[0] : undefined,
    endpoint,
    aliases: new Map(),
    digests: new Map(models.map(({ name, version, digest }) => [digest, { name, version }])),
  };
  return new ContractRouter(
    contractList(enabled, vertexRoutes(environment)),
    all,
    repository.explicitControl,
  );
}
