import { type Problem, ProblemError, show } from '@inferstack/runtime/contract';
import { isUnresolved } from '../core';
import type { AppEndpoint } from './app-endpoint';

/** @throws ProblemError LOCAL_ENDPOINT_UNKNOWN */
export function selectEndpoints<E extends AppEndpoint>(
  endpoints: readonly E[],
  name: string | undefined,
): readonly E[] {
  if (name === undefined) return endpoints;
  const chosen = endpoints.filter((endpoint) => endpoint.name === name || endpoint.path === name);
  if (chosen.length > 0) return chosen;
  const problem: Problem = {
    code: 'LOCAL_ENDPOINT_UNKNOWN',
    at: 'endpoint',
    what: 'the app has no endpoint of this name',
    got: show(name),
    allowed: endpoints.map((endpoint) => endpoint.name).join(' | '),
    remedy: 'Give one of these names, or none to start them all.',
  };
  throw new ProblemError([problem]);
}

/**
 * As many replicas as the platform would keep at all times, unless told otherwise. An endpoint that scales to zero
 * gets one: here nothing starts a replica on the first request.
 *
 * @throws ProblemError LOCAL_REPLICAS
 */
export function replicaCount(endpoint: AppEndpoint, wanted: number | undefined): number {
  if (wanted === undefined && !isUnresolved(endpoint.minReplicas))
    return endpoint.minReplicas === 0 ? 1 : endpoint.minReplicas;
  if (wanted !== undefined && Number.isInteger(wanted) && wanted >= 1) return wanted;
  const problem: Problem = {
    code: 'LOCAL_REPLICAS',
    at: `${endpoint.path}: replicas`,
    what: wanted === undefined ? 'minReplicas is known only at deployment' : 'not a number of replicas',
    got: wanted === undefined ? undefined : show(wanted),
    allowed: 'a whole number, 1 or more',
    remedy: 'Give --replicas.',
  };
  throw new ProblemError([problem]);
}
