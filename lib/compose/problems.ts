import type { ProblemCatalogue } from '@inferstack/runtime/contract';

/** Codes of what a user can get wrong in the options of the Compose target, or cannot have with Docker Compose. */
export const composeProblems = {
  COMPOSE_NAME: 'A name of the project, an endpoint or a service is not usable, or is taken.',
  COMPOSE_TOKEN: 'A value is a placeholder of another tool, which would be written literally.',
  COMPOSE_LATENCY_LIMIT: 'The latency limit of the alarm is above what the histogram can tell.',
  COMPOSE_PLAIN_HTTP: 'The endpoint would be reachable from other hosts without encryption.',
  COMPOSE_PORT: 'A port of the host is not usable, or taken by another endpoint of the project.',
  COMPOSE_MODEL_URL: 'The base URL of the model packages is not usable.',
  COMPOSE_RUNTIME_SOURCE: 'The image cannot be built: the folder of the runtime is incomplete.',
  COMPOSE_OPTION: 'An option of the Compose target has a value that Docker Compose or HAProxy refuses.',
  COMPOSE_EMPTY: 'The project has no services.',
} as const satisfies ProblemCatalogue;

export type ComposeProblemCode = keyof typeof composeProblems;
