import type { ClientContract, RuntimeConfig } from '../../contract';
import type { InferenceService, ModelIdentity, ModelRepository, Readiness } from '../../inference';
import type { ErrorReply, Exchange } from '../http/exchange';
import type { Reply } from '../http/reply';
import type { ModelAliases } from './model-aliases';

/** What contracts answer with. */
export interface ContractParts {
  readonly service: InferenceService;
  readonly repository: ModelRepository;
  readonly readiness: Readiness;
  readonly limits: RuntimeConfig['limits'];
  readonly runtimeVersion: string;
  /** Contracts that are configured. */
  readonly enabled: ReadonlySet<ClientContract>;
  /** The model that routes without a name mean; undefined with several. */
  readonly onlyModel: string | undefined;
  /** Name of the endpoint, by which some platforms ask for its only model. */
  readonly endpoint: string;
  /** Names under which a platform has loaded models. */
  readonly aliases: ModelAliases;
  /** What is configured, by the digest of its package. */
  readonly digests: ReadonlyMap<string, ModelIdentity>;
}

/** A request that has met a route. */
export interface ContractRequest {
  readonly exchange: Exchange;
  readonly parts: ContractParts;
  /** Of the path; else the only model. Empty for routes about no model. */
  readonly model: string;
  readonly version: string | undefined;
  /** What stands in the path for the names in braces. */
  readonly path: Readonly<Record<string, string>>;
}

/** A route of a contract. */
export interface ContractEntry {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{model}`, `{version}` and others in braces stand for a part of the path. */
  readonly path: string;
  /** For metrics and the log; `live`, `ready` and `model_ready` are probes, open and not counted. */
  readonly label: string;
  /** One line for the documentation. */
  readonly summary: string;
  /** Whether it runs a model. @default false */
  readonly runs?: boolean;
  /** Whether it is about the only model, although the path does not name it. @default false */
  readonly onlyModel?: boolean;
  /** Whether the endpoint's name in the path stands for its only model too. @default false */
  readonly byEndpoint?: boolean;
  /** Whether it is there only with repository.explicitControl, and takes names a platform gave. @default false */
  readonly control?: boolean;
  answer(request: ContractRequest): Promise<Reply> | Reply;
}

/** What the clients of one server or platform speak. */
export interface Contract {
  readonly name: ClientContract;
  /** Where it is written down. */
  readonly source: string;
  readonly errorReply: ErrorReply;
  readonly entries: readonly ContractEntry[];
}
