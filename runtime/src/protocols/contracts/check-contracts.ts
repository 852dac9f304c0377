import {
  CONTRACTS_OF_ONE_MODEL,
  CONTRACTS_REFUSED_TOGETHER,
  type Problem,
  type RuntimeConfig,
} from '../../contract';
import { unnamedModels } from './only-model';

/** What is wrong with the contracts of a configuration. */
export function contractProblems(config: RuntimeConfig): Problem[] {
  const { contracts = [], repository } = config;
  const at = 'INFERSTACK_CONFIG: contracts';
  const collisions = CONTRACTS_REFUSED_TOGETHER.filter(
    (pair) => contracts.includes(pair[0]) && contracts.includes(pair[1]),
  );
  const names = unnamedModels(config);
  const unnamed = contracts.filter(
    (contract) =>
      CONTRACTS_OF_ONE_MODEL.includes(contract) && !(contract === 'sagemaker' && repository.explicitControl),
  );
  return [
    ...collisions.map(([a, b, reason]) => ({
      code: 'CONFIG_CONTRACTS_COLLIDE',
      at,
      what: reason,
      got: `${a} and ${b}`,
      remedy: 'Serve them by an endpoint each.',
    })),
    ...(names.length < 2 ? [] : unnamed).map((contract) => ({
      code: 'CONFIG_CONTRACT_MODEL',
      at,
      what: `the routes of ${contract} do not say which model they mean`,
      got: names.join(', '),
      allowed: 'one model, in any number of versions',
      remedy: `Configure one model, or take ${contract} out.`,
    })),
  ];
}
