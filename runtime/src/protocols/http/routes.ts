import { RequestError } from '../../errors';

export type ModelRoute = 'metadata' | 'model_ready' | 'infer' | 'predict';
export type ServerRoute = 'server_metadata' | 'live' | 'ready';

/** What a request asks for. */
export type Route =
  | { readonly kind: ServerRoute }
  | { readonly kind: ModelRoute; readonly model: string; readonly version: string | undefined };

const SERVER_ROUTES: ReadonlyMap<string, ServerRoute> = new Map([
  ['/v2', 'server_metadata'],
  ['/v2/health/live', 'live'],
  ['/v2/health/ready', 'ready'],
]);

const MODEL_ROUTES: ReadonlyMap<string, ModelRoute> = new Map([
  ['', 'metadata'],
  ['/ready', 'model_ready'],
  ['/infer', 'infer'],
  ['/predict', 'predict'],
]);

const MODEL_PATH = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/[a-z]+)?$/;

/**
 * Finds the route of a request target; the query is ignored.
 *
 * @throws RequestError REQUEST_ROUTE_NOT_FOUND, REQUEST_INVALID
 */
export function matchRoute(target: string): Route {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  const server = SERVER_ROUTES.get(path);
  if (server !== undefined) return { kind: server };
  const match = MODEL_PATH.exec(path);
  const kind = MODEL_ROUTES.get(match?.[3] ?? '');
  if (match === null || kind === undefined) {
    throw new RequestError(
      'REQUEST_ROUTE_NOT_FOUND',
      'There is no such route; GET /v2 tells what this server is.',
    );
  }
  return { kind, model: decode(match[1]!), version: match[2] === undefined ? undefined : decode(match[2]) };
}

/** Methods a route answers, for the Allow header. */
export function allowedMethods(route: Route): readonly string[] {
  return route.kind === 'infer' || route.kind === 'predict' ? POST : GET;
}

const GET = ['GET', 'HEAD'];
const POST = ['POST'];

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RequestError('REQUEST_INVALID', 'The path has a percent sign that encodes nothing.');
  }
}
