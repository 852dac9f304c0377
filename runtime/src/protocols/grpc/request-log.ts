import type { RequestError } from '../../errors';
import type { RequestReporter, SpanAttributes, TracedRequest } from '../../telemetry';
import type { GrpcExchange } from './grpc-exchange';

/** Counts, traces and logs a request once it is answered, as the HTTP side does. */
export function logRequest(
  reporter: RequestReporter,
  exchange: GrpcExchange,
  status: number,
  error: RequestError | undefined,
): void {
  const { id, route, model, version, start, rows, subject, stages } = exchange;
  reporter.report(
    { protocol: 'grpc', id, route, model, version, status, error, start, rows, subject, stages },
    () => traced(exchange, error),
  );
}

function traced(exchange: GrpcExchange, error: RequestError | undefined): TracedRequest {
  const { metadata, path } = exchange.call;
  const method = path.slice(1);
  return {
    name: method,
    traceparent: text(metadata.get('traceparent')[0]),
    tracestate: text(metadata.get('tracestate')[0]),
    attributes: attributes(exchange, method, error),
  };
}

/** Source: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
function attributes(exchange: GrpcExchange, method: string, error: RequestError | undefined): SpanAttributes {
  return {
    'rpc.system.name': 'grpc',
    'rpc.method': method,
    'rpc.status_code': error?.grpc ?? 'OK',
    'user_agent.original': text(exchange.call.metadata.get('user-agent')[0]),
    'inferstack.request.id': exchange.id,
    'inferstack.request.rows': exchange.rows,
  };
}

function text(value: string | Buffer | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
