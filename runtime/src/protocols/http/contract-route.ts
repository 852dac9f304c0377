import type { ErrorReply, Exchange } from './exchange';
import type { Reply } from './reply';

/** A route of another server's contract, as a request has met it. */
export interface ContractRoute {
  readonly kind: 'contract';
  /** For metrics and the log. */
  readonly label: string;
  /** The path with names for what differs between requests. */
  readonly path: string;
  readonly methods: readonly string[];
  /** Undefined when the route is about no model. */
  readonly model: string | undefined;
  readonly version: string | undefined;
  /** Answered whoever asks: load balancers and orchestrators do not say who they are. */
  readonly open: boolean;
  /** Runs a model: within the limits of the replica, and with a deadline. */
  readonly runs: boolean;
  readonly errorReply: ErrorReply;
  /** @throws RequestError */
  answer(exchange: Exchange): Promise<Reply>;
}

/** The routes of every contract that is configured. */
export interface ContractRoutes {
  /** Undefined when the path is none of theirs. @throws RequestError REQUEST_INVALID */
  match(method: string, target: string): ContractRoute | undefined;
  /** What the OpenAPI document says of them, by path. @default - nothing: the contract is described elsewhere */
  readonly documented?: Readonly<Record<string, unknown>>;
}

/** Several sources of routes as one; the first that has a path answers. */
export function firstOf(...sources: readonly (ContractRoutes | undefined)[]): ContractRoutes | undefined {
  const known = sources.filter((source) => source !== undefined);
  if (known.length < 2) return known[0];
  return {
    match: (method, target) => {
      for (const source of known) {
        const route = source.match(method, target);
        if (route !== undefined) return route;
      }
      return undefined;
    },
    documented: Object.assign({}, ...known.map(({ documented }) => documented)),
  };
}
