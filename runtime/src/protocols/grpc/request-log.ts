import type { RequestError } from '../../errors';
import type { GrpcExchange } from './grpc-exchange';
import type { GrpcServerParts } from './grpc-server-parts';

/** Routes whose answers say nothing about the quality of service: probes would drown the error rate. */
const PROBES: ReadonlySet<string> = new Set(['grpc_live', 'grpc_ready', 'grpc_model_ready']);

/** Counts and logs a request once it is answered, as the HTTP side does. */
export function logRequest(
  { metrics, logger }: Pick<GrpcServerParts, 'logger' | 'metrics'>,
  exchange: GrpcExchange,
  status: number,
  error: RequestError | undefined,
): void {
  const { route, model, version, id } = exchange;
  const seconds = exchange.elapsedMs / 1000;
  if (!PROBES.has(route)) metrics.countRequest({ name: model, version }, route, status, seconds);
  const level = status >= 500 && !PROBES.has(route) ? 'error' : 'debug';
  if (!logger.isLevelEnabled(level)) return;
  const fields = {
    event: 'request',
    requestId: id,
    route,
    model,
    version,
    status,
    seconds,
    code: error?.code,
  };
  logger[level]({ ...fields, err: error?.cause }, 'request');
}
