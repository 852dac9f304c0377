import type { ContractRoute, ContractRoutes } from '../protocols/http/contract-route';
import type { Adapter } from './adapter';
import { adapterPaths } from './openapi-paths';
import { wsdlRoute } from './soap/wsdl-route';

/** The routes of all adapters, by their paths. */
export class AdapterRoutes implements ContractRoutes {
  private readonly adapters: ReadonlyMap<string, Adapter>;

  readonly documented: Readonly<Record<string, unknown>>;

  constructor(readonly all: readonly Adapter[]) {
    this.adapters = new Map(all.map((adapter) => [adapter.config.path, adapter]));
    this.documented = adapterPaths(all.map(({ config }) => config));
  }

  get predictionLabels(): string[] {
    return this.all.map(({ route }) => route.label);
  }

  match(method: string, target: string): ContractRoute | undefined {
    const query = target.indexOf('?');
    const adapter = this.adapters.get(query < 0 ? target : target.slice(0, query));
    if (adapter === undefined) return undefined;
    const asksForWsdl = (method === 'GET' || method === 'HEAD') && /^\?wsdl$/i.test(target.slice(query));
    return asksForWsdl && adapter.config.request.format === 'soap' ? wsdlRoute(adapter) : adapter.route;
  }
}
