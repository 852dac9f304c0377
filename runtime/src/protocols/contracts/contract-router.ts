import { RequestError } from '../../errors';
import type { ContractRoute, ContractRoutes } from '../http/contract-route';
import type { Contract, ContractEntry, ContractParts } from './contract';

/** A route with what finds it. */
interface Compiled {
  readonly entry: ContractEntry;
  readonly contract: Contract;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** Routes that are probes: open, and not counted. */
const PROBES: ReadonlySet<string> = new Set(['live', 'ready', 'model_ready']);

/** Finds the routes of the contracts that are enabled; where several have one, the first of them answers. */
export class ContractRouter implements ContractRoutes {
  private readonly compiled: readonly Compiled[];
  /** First parts of the paths: most requests are for none of them. */
  private readonly heads: ReadonlySet<string>;

  constructor(
    contracts: readonly Contract[],
    private readonly parts: ContractParts,
    control: boolean,
  ) {
    this.compiled = contracts.flatMap((contract) =>
      contract.entries
        .filter((entry) => control || entry.control !== true)
        .map((entry) => compile(entry, contract)),
    );
    this.heads = new Set(this.compiled.map(({ entry }) => head(entry.path)));
  }

  /** Labels of the routes that run models. */
  get predictionLabels(): string[] {
    return [...new Set(this.compiled.filter(({ entry }) => entry.runs).map(({ entry }) => entry.label))];
  }

  match(method: string, target: string): ContractRoute | undefined {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    if (!this.heads.has(head(path))) return undefined;
    const found = this.compiled.filter(({ pattern }) => pattern.test(path));
    if (found.length === 0) return undefined;
    const methods = [...new Set(found.flatMap(({ entry }) => methodsOf(entry)))];
    const route = found.find(({ entry }) => methodsOf(entry).includes(method)) ?? found[0]!;
    return this.routeOf(route, pathOf(route, path), methods);
  }

  private routeOf(
    { entry, contract: { errorReply } }: Compiled,
    path: Readonly<Record<string, string>>,
    methods: readonly string[],
  ): ContractRoute {
    const { parts } = this;
    const alias = entry.control && path.model !== undefined ? parts.aliases.get(path.model) : undefined;
    const model =
      alias?.model ?? named(entry, parts, path.model) ?? (entry.onlyModel ? parts.onlyModel : undefined);
    const version = alias?.version ?? path.version;
    return {
      kind: 'contract',
      label: entry.label,
      path: entry.path,
      methods,
      model,
      version,
      open: PROBES.has(entry.label),
      runs: entry.runs ?? false,
      errorReply,
      answer: async (exchange) => {
        if (entry.onlyModel && model === undefined) throw unnamed();
        return entry.answer({ exchange, parts, model: model ?? '', version, path });
      },
    };
  }
}

/** The model a path names, itself or by the name of the endpoint. */
function named(entry: ContractEntry, parts: ContractParts, name: string | undefined): string | undefined {
  const meansOnly = entry.byEndpoint === true && name === parts.endpoint;
  return meansOnly ? (parts.onlyModel ?? name) : name;
}

function head(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? path : path.slice(0, end);
}

function compile(entry: ContractEntry, contract: Contract): Compiled {
  const names: string[] = [];
  const source = entry.path.split(/\{([a-z]+)\}/).map((part, i) => {
    if (i % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    names.push(part);
    return '([^/:]+)';
  });
  return { entry, contract, pattern: new RegExp(`^${source.join('')}$`), names };
}

function methodsOf({ method }: ContractEntry): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

function pathOf({ pattern, names }: Compiled, path: string): Record<string, string> {
  const values = pattern.exec(path)!.slice(1);
  return Object.fromEntries(names.map((name, i) => [name, decode(values[i]!)]));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RequestError('REQUEST_INVALID', 'The path has a percent sign that encodes nothing.');
  }
}

function unnamed(): RequestError {
  const message = 'Several models are served here: name one in the path, /models/{model}/invoke.';
  return new RequestError('MODEL_NOT_FOUND', message);
}
