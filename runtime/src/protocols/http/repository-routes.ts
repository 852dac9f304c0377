import type { RuntimeConfig } from '../../contract';
import { RequestError } from '../../errors';
import { type ModelRepository, readControlParameters } from '../../inference';
import type { Exchange } from './exchange';
import { readOptionalJson } from './read-body';
import type { RepositoryRoute } from './routes';

interface Parts {
  readonly repository: ModelRepository;
  readonly limits: RuntimeConfig['limits'];
}

/**
 * Answers the model repository extension. A load takes as long as it takes: it has no deadline but the patience of its
 * caller, and goes on without him.
 * Source: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md
 */
export async function answerRepository(
  route: RepositoryRoute,
  exchange: Exchange,
  parts: Parts,
): Promise<void> {
  try {
    exchange.json(200, JSON.stringify(await answer(route, exchange, parts)));
  } catch (error) {
    exchange.fail(error);
  }
}

async function answer(
  route: RepositoryRoute,
  exchange: Exchange,
  { repository, limits }: Parts,
): Promise<object> {
  const body = asObject(await readOptionalJson(exchange, limits.maxBodyBytes), 'the body');
  if (route.kind === 'repository_index') return repository.index(readyOf(body));
  const parameters = readControlParameters(asObject(body.parameters ?? {}, 'parameters'));
  if (route.kind === 'repository_load') await repository.load(route.model, parameters);
  else await repository.unload(route.model, parameters);
  return {};
}

function readyOf({ ready = false }: Record<string, unknown>): boolean {
  if (typeof ready === 'boolean') return ready;
  throw new RequestError('REQUEST_INVALID', 'ready must be true or false.');
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new RequestError('REQUEST_INVALID', `${what} must be a JSON object.`);
}
