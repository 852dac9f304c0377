import { registryError } from './problems';
import { requestJson } from './request';

/** A W&B server with what every question to it carries. */
export interface WandbServer {
  /** Ends in a slash. */
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The artifact as the app names it, for messages. */
  readonly at: string;
}

export type Json = Readonly<Record<string, unknown>>;

const ACCESS = 'Set WANDB_API_KEY to a key that may read the project.';

/**
 * Asks by GraphQL for a project of the server.
 *
 * @throws ProblemError REGISTRY_NOT_FOUND when there is none that the key may read, REGISTRY_ANSWER
 */
export async function queryProject(
  server: WandbServer,
  query: string,
  variables: Readonly<Record<string, string | number | null>>,
): Promise<Json> {
  const answer = await requestJson({
    url: new URL('graphql', server.base),
    headers: { ...server.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    at: server.at,
    access: ACCESS,
  });
  refuseErrors(server, answer['errors']);
  const project = field(answer, 'data', 'project');
  if (isJson(project)) return project;
  throw notFound(server, 'the server has no such project, or the key may not read it');
}

/** The value at a path of an answer; undefined when a step is missing. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isJson(node) ? node[key] : undefined), value);
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const notFound = (server: WandbServer, what: string): Error =>
  registryError('REGISTRY_NOT_FOUND', server.at, {
    what,
    got: server.base.host,
    remedy: `Check entity, project, artifact and alias. ${ACCESS}`,
  });

/** An answer that the client of W&B would not understand either. */
export const badAnswer = (server: WandbServer, what: string): Error =>
  registryError('REGISTRY_ANSWER', server.at, {
    what,
    remedy: `Check that ${server.base.host} is a W&B server of a version that the current client of W&B speaks to.`,
  });

/** GraphQL says 200 and tells in the answer that it failed. */
function refuseErrors(server: WandbServer, errors: unknown): void {
  if (!Array.isArray(errors) || errors.length === 0) return;
  const messages = errors.map((error) => String(field(error, 'message') ?? 'an error without a message'));
  throw badAnswer(server, `the server refused the question: ${messages.join('; ').slice(0, 200)}`);
}
