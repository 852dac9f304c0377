import type { Problem, ProblemCatalogue } from './contract';

/** Status names of gRPC; source: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export type GrpcStatus =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'UNAUTHENTICATED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE';

interface ErrorEntry {
  readonly http: number;
  readonly grpc: GrpcStatus;
  readonly summary: string;
}

/** Every way a request can fail, once for all protocols. Codes are never reused for another cause. */
export const requestErrors = {
  REQUEST_SYNTAX: {
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    summary: 'The body is not JSON in UTF-8, or not what its Content-Encoding says.',
  },
  REQUEST_INVALID: {
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    summary: 'The request does not have the form the protocol demands.',
  },
  REQUEST_UNAUTHENTICATED: {
    http: 401,
    grpc: 'UNAUTHENTICATED',
    summary: 'The request came without a valid API key or token.',
  },
  REQUEST_ROUTE_NOT_FOUND: { http: 404, grpc: 'UNIMPLEMENTED', summary: 'There is no such route.' },
  MODEL_NOT_FOUND: { http: 404, grpc: 'NOT_FOUND', summary: 'No model of this name is served here.' },
  MODEL_VERSION_NOT_FOUND: {
    http: 404,
    grpc: 'NOT_FOUND',
    summary: 'The model is served here, but not in this version.',
  },
  MODEL_UNLOADED: {
    http: 404,
    grpc: 'NOT_FOUND',
    summary: 'A client has unloaded the model; it is served again when a client loads it.',
  },
  REPOSITORY_CONTROL_OFF: {
    http: 403,
    grpc: 'UNIMPLEMENTED',
    summary: 'Clients may load and unload models only with repository.explicitControl.',
  },
  REPOSITORY_PIPELINE: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    summary: 'A client asked to load or unload a pipeline, which comes and goes with its models.',
  },
  MODEL_ALREADY_LOADED: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    summary: 'A client asked to load a model under a name that serves already.',
  },
  REPOSITORY_LOAD_FAILED: {
    http: 400,
    grpc: 'FAILED_PRECONDITION',
    summary: 'A model that a client asked to load must not serve; problems says why.',
  },
  ROLLOUT_ENDED: {
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    summary: 'The rollout has ended already; what was asked for cannot be done to it any more.',
  },
  ROLLOUT_CONTROL_OFF: {
    http: 403,
    grpc: 'UNIMPLEMENTED',
    summary: 'Nobody may promote, roll back or stop here: rollouts.adminKeys is not configured.',
  },
  REQUEST_METHOD_NOT_ALLOWED: {
    http: 405,
    grpc: 'UNIMPLEMENTED',
    summary: 'The route exists, but not for this method; the Allow header lists the methods.',
  },
  REQUEST_NOT_ACCEPTABLE: {
    http: 406,
    grpc: 'INVALID_ARGUMENT',
    summary: 'Accept names only media types the route cannot answer with.',
  },
  REQUEST_BODY_TIMEOUT: {
    http: 408,
    grpc: 'DEADLINE_EXCEEDED',
    summary: 'The request did not arrive completely within limits.requestTimeoutMs.',
  },
  REQUEST_BODY_TOO_LARGE: {
    http: 413,
    grpc: 'RESOURCE_EXHAUSTED',
    summary: 'The body is larger than limits.maxBodyBytes, as it was sent or once decompressed.',
  },
  REQUEST_MEDIA_TYPE: {
    http: 415,
    grpc: 'INVALID_ARGUMENT',
    summary:
      'The body is announced as something other than JSON or raw tensors, or compressed in an unknown way.',
  },
  INPUT_INVALID: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    summary: 'Tensors or rows do not fit the signature in model.yaml; problems lists every one.',
  },
  FEATURE_ENTITY_MISSING: {
    http: 422,
    grpc: 'INVALID_ARGUMENT',
    summary: 'A feature store has no value for the keys of a row, and the lookup refuses such rows.',
  },
  MODEL_WITHOUT_PREDICTION: {
    http: 422,
    grpc: 'FAILED_PRECONDITION',
    summary: 'Rows were sent to a model whose model.yaml has no prediction section.',
  },
  REQUEST_TOO_MANY_IN_FLIGHT: {
    http: 429,
    grpc: 'RESOURCE_EXHAUSTED',
    summary: 'limits.maxInFlight requests are in progress on this replica.',
  },
  MODEL_OVERLOADED: {
    http: 429,
    grpc: 'RESOURCE_EXHAUSTED',
    summary: 'The requests already waiting for this model would take longer than limits.requestTimeoutMs.',
  },
  REQUEST_HEADERS_TOO_LARGE: {
    http: 431,
    grpc: 'RESOURCE_EXHAUSTED',
    summary: 'The request headers exceed 16 KiB.',
  },
  REQUEST_CANCELLED: {
    http: 499,
    grpc: 'CANCELLED',
    summary: 'The client closed the connection before it was answered; seen in metrics only.',
  },
  INFERENCE_FAILED: {
    http: 500,
    grpc: 'INTERNAL',
    summary: 'The model failed on an input that fits its signature.',
  },
  INFERENCE_NOT_FINITE: {
    http: 500,
    grpc: 'INTERNAL',
    summary: 'The model computed NaN or Infinity where a score was expected.',
  },
  PIPELINE_STEP_FAILED: {
    http: 500,
    grpc: 'INTERNAL',
    summary: 'A step of a pipeline failed, and nothing stands in for it.',
  },
  ADAPTER_FAILED: {
    http: 500,
    grpc: 'INTERNAL',
    summary: 'The mapping of an adapter was stopped at its bounds, or its answer has no room in its format.',
  },
  INTERNAL: { http: 500, grpc: 'INTERNAL', summary: 'A fault of the runtime; its log has the request id.' },
  FEATURES_INVALID: {
    http: 502,
    grpc: 'INTERNAL',
    summary: 'A feature store gave a value that breaks the rules of model.yaml.',
  },
  FEATURES_UNAVAILABLE: {
    http: 503,
    grpc: 'UNAVAILABLE',
    summary:
      'A feature store did not answer in time or as it should, and the lookup refuses rows without it.',
  },
  FEATURES_STALE: {
    http: 503,
    grpc: 'UNAVAILABLE',
    summary: 'A value in a feature store is older than maxAgeSeconds, and the lookup refuses such values.',
  },
  MODEL_NOT_READY: {
    http: 503,
    grpc: 'UNAVAILABLE',
    summary: 'The model is still being loaded and checked.',
  },
  PIPELINE_STEP_UNAVAILABLE: {
    http: 503,
    grpc: 'UNAVAILABLE',
    summary: 'The model of a step of a pipeline does not serve now, and nothing stands in for it.',
  },
  PIPELINE_STEP_TIMEOUT: {
    http: 504,
    grpc: 'DEADLINE_EXCEEDED',
    summary: 'A step of a pipeline took longer than its timeout, and nothing stands in for it.',
  },
  REQUEST_DEADLINE_EXCEEDED: {
    http: 504,
    grpc: 'DEADLINE_EXCEEDED',
    summary: 'The request was not answered within limits.requestTimeoutMs.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type RequestErrorCode = keyof typeof requestErrors;

export interface RequestErrorDetails {
  /** Every single thing that is wrong, when there is more to say than the message. @default - none */
  readonly problems?: readonly Problem[];
  /** Problems beyond those listed. @default 0 */
  readonly omitted?: number;
  /** When a new attempt makes sense, seconds. @default - not known */
  readonly retryAfterSeconds?: number;
  /** What went wrong inside, for the log only. @default - nothing */
  readonly cause?: unknown;
}

/** A request that cannot be answered, told for its sender: no path, no stack, nothing of the inside. */
export class RequestError extends Error {
  override readonly name: string = 'RequestError';
  readonly problems: readonly Problem[];
  readonly omitted: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: RequestErrorCode,
    message: string,
    details: RequestErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.problems = details.problems ?? [];
    this.omitted = details.omitted ?? 0;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  get http(): number {
    return requestErrors[this.code].http;
  }

  get grpc(): GrpcStatus {
    return requestErrors[this.code].grpc;
  }
}

/** Why the process does not start or does not become ready. */
export const runtimeProblems = {
  CONFIG_MISSING: 'INFERSTACK_CONFIG is not set.',
  CONFIG_UNREADABLE: 'INFERSTACK_CONFIG names a file that cannot be read.',
  CONFIG_MODEL_TWICE: 'The configuration lists the same version of a model twice.',
  CONFIG_ROLLOUT: 'A rollout of the configuration contradicts itself or the models.',
  CONFIG_CONTRACTS_COLLIDE: 'Two contracts of the configuration mean different things by the same route.',
  CONFIG_CONTRACT_MODEL: 'A contract whose routes name no model is configured for several models.',
  CONFIG_CONTRACT_ENVIRONMENT: 'A variable by which Vertex AI tells port, routes or storage cannot be used.',
  REHEARSAL_TRAFFIC: 'A line of recorded traffic is no request.',
  LISTENER_FAILED: 'A listener cannot be opened on its address.',
  MODEL_IDENTITY_MISMATCH: 'The package holds another model or version than the configuration says.',
  MODEL_LOAD_FAILED: 'A model could not be loaded for a reason without a code of its own.',
} as const satisfies ProblemCatalogue;
