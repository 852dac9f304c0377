import type { TLSSocket } from 'node:tls';
import type { RequestError } from '../../errors';
import type { RequestReporter, SpanAttributes, TracedRequest } from '../../telemetry';
import type { Exchange } from './exchange';

/** Counts, traces and logs a request once it is answered. */
export function logRequest(
  reporter: RequestReporter,
  exchange: Exchange,
  status: number,
  error: RequestError | undefined,
): void {
  const { id, route, model, version, start, rows, subject, stages } = exchange;
  reporter.report(
    { protocol: 'http', id, route, model, version, status, error, start, rows, subject, stages },
    () => traced(exchange, status),
  );
}

function traced(exchange: Exchange, status: number): TracedRequest {
  const { traceparent, tracestate } = exchange.request.headers;
  const method = METHODS.has(exchange.request.method!) ? exchange.request.method! : undefined;
  const route = template(exchange);
  return {
    name: route === undefined ? (method ?? 'HTTP') : `${method ?? 'HTTP'} ${route}`,
    traceparent: text(traceparent),
    tracestate: text(tracestate),
    attributes: {
      ...attributes(exchange, status),
      'http.request.method': method ?? '_OTHER',
      'http.route': route,
    },
  };
}

/** Others would let callers make up names of spans. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
]);

/** The route as a path with names for what differs between requests. */
function template({ route, request, template: known }: Exchange): string | undefined {
  if (known !== undefined) return known;
  if (route === 'other') return undefined;
  const path = request.url!.split('?', 1)[0]!;
  return path
    .replace(/^(\/v2(?:\/repository)?\/models\/)[^/]+/, '$1{model}')
    .replace(/(\/versions\/)[^/]+/, '$1{version}');
}

/** Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/. Queries are left out: nobody knows what is in them. */
function attributes({ request, id, rows }: Exchange, status: number): SpanAttributes {
  const { socket, headers } = request;
  return {
    'http.response.status_code': status,
    'url.path': request.url?.split('?', 1)[0],
    'url.scheme': (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http',
    'server.address': headers.host?.replace(/:\d+$/, ''),
    'server.port': socket.localPort,
    'network.protocol.version': request.httpVersion,
    'network.peer.address': socket.remoteAddress,
    'user_agent.original': headers['user-agent'],
    'inferstack.request.id': id,
    'inferstack.request.rows': rows,
  };
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
