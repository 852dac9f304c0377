import {
  type AdapterConfig,
  adapterProblems,
  type Problem,
  type RuntimeConfig,
  throwProblems,
} from '../contract';
import type { ContractRoutes } from '../protocols/http/contract-route';
import { Adapter, type AdapterParts } from './adapter';
import { AdapterRoutes } from './adapter-routes';

const place = (index: number): string => `INFERSTACK_CONFIG: adapters[${index}]`;

/** What is wrong with the adapters of a configuration. */
export function configuredAdapterProblems(config: RuntimeConfig): Problem[] {
  const { adapters = [], contracts = [], models, pipelines = [] } = config;
  return adapterProblems(adapters, { contracts, models: [...models, ...pipelines] }, place);
}

/**
 * The routes of the adapters of a configuration; undefined without any.
 *
 * @param others routes that are there besides: Vertex AI says some of its own in the environment.
 * @throws ProblemError ADAPTER_PATH
 */
export function openAdapters(
  { adapters = [] }: RuntimeConfig,
  parts: AdapterParts,
  others: ContractRoutes | undefined,
): AdapterRoutes | undefined {
  throwProblems(
    adapters.flatMap((adapter, index) => collision(adapter, index, others)),
    'INFERSTACK_CONFIG',
  );
  if (adapters.length === 0) return undefined;
  return new AdapterRoutes(adapters.map((adapter) => new Adapter(adapter, parts)));
}

function collision({ path }: AdapterConfig, index: number, others: ContractRoutes | undefined): Problem[] {
  const taken = others?.match('POST', path);
  if (taken === undefined) return [];
  const what = `the path belongs to a route of a contract (${taken.label})`;
  return [
    { code: 'ADAPTER_PATH', at: `${place(index)}.path`, what, got: path, remedy: 'Choose another path.' },
  ];
}
