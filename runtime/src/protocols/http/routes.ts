import { RequestError } from '../../errors';

export type ModelRoute = 'metadata' | 'model_ready' | 'model_openapi' | 'infer' | 'predict';
export type ServerRoute = 'server_metadata' | 'live' | 'ready' | 'openapi';

/** What the model repository extension asks for. */
export type RepositoryRoute =
  | { readonly kind: 'repository_index' }
  | {
      readonly kind: 'repository_load' | 'repository_unload';
      readonly model: string;
      readonly version: undefined;
    };

/** What a request asks for. */
export type Route =
  | RepositoryRoute
  | { readonly kind: ServerRoute }
  | { readonly kind: ModelRoute; readonly model: string; readonly version: string | undefined };

const SERVER_ROUTES: ReadonlyMap<string, ServerRoute | 'repository_index'> = new Map([
  ['/v2', 'server_metadata'],
  ['/v2/health/live', 'live'],
  ['/v2/health/ready', 'ready'],
  ['/v2/repository/index', 'repository_index'],
  ['/v2/openapi.json', 'openapi'],
]);

const MODEL_ROUTES: ReadonlyMap<string, ModelRoute> = new Map([
  ['', 'metadata'],
  ['/ready', 'model_ready'],
  ['/openapi.json', 'model_openapi'],
  ['/infer', 'infer'],
  ['/predict', 'predict'],
]);

const MODEL_PATH = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/[a-z.]+)?$/;

const CONTROL_PATH = /^\/v2\/repository\/models\/([^/]+)\/(load|unload)$/;

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
  const control = CONTROL_PATH.exec(path);
  if (control !== null) {
    const kind = control[2] === 'load' ? 'repository_load' : 'repository_unload';
    return { kind, model: decodeSegment(control[1]!), version: undefined };
  }
  const match = MODEL_PATH.exec(path);
  const kind = MODEL_ROUTES.get(match?.[3] ?? '');
  if (match === null || kind === undefined) {
    throw new RequestError(
      'REQUEST_ROUTE_NOT_FOUND',
      'There is no such route; GET /v2 tells what this server is.',
    );
  }
  return {
    kind,
    model: decodeSegment(match[1]!),
    version: match[2] === undefined ? undefined : decodeSegment(match[2]),
  };
}

/** Methods a route answers, for the Allow header. */
export function allowedMethods(route: Route): readonly string[] {
  return POSTED.has(route.kind) ? POST : GET;
}

const POSTED: ReadonlySet<Route['kind']> = new Set<Route['kind']>([
  'infer',
  'predict',
  'repository_index',
  'repository_load',
  'repository_unload',
]);

const GET = ['GET', 'HEAD'];
const POST = ['POST'];

/** A segment of a path as it is meant. @throws RequestError REQUEST_INVALID */
export function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RequestError('REQUEST_INVALID', 'The path has a percent sign that encodes nothing.');
  }
}
