import { type EndpointPlan, GRPC_PORT, INFERENCE_PORT } from '../core';
import type { EndpointContext } from './context';
import { BALANCER_PORTS, type BoundTls } from './exposure';

/** Requests up to this size are sent again when a replica dies under them. Also the buffer of every request. */
export const BUFFER_BYTES = 65_536;
/** Time beyond the runtime's own, so that callers get its answer and not the balancer's. */
const MARGIN_MS = 5000;
/** A burst, or a replica that restarts, is waited out this long at most. */
const LONGEST_QUEUE_MS = 5000;
/** Connections that are idle between requests. */
const IDLE_CONNECTIONS = 2000;

/** Connections of callers at a time. */
export function maxConnections({ plan }: EndpointContext): number {
  return (plan.scaling.minReplicas + 1) * plan.runtime.maxInFlight * 2 + IDLE_CONNECTIONS;
}

/** Time the balancer may take to answer what it has begun. */
export function longestRequestMs({ runtime }: EndpointPlan): number {
  return queueMs(runtime.requestTimeoutMs) + runtime.requestTimeoutMs + MARGIN_MS;
}

const queueMs = (requestTimeoutMs: number): number => Math.min(requestTimeoutMs, LONGEST_QUEUE_MS);

/**
 * Configuration of HAProxy 2.6 and later.
 *
 * https://docs.haproxy.org/2.6/configuration.html
 */
export function haproxyConfig(context: EndpointContext, tls: BoundTls | undefined): string {
  return (
    [
      `# The balancer of ${context.name}. Written by inferstack: changes are lost at the next synthesis.`,
      global(context),
      RESOLVERS,
      defaults(context.plan),
      ...entries(context, tls),
      predictions(context),
      ...(context.plan.runtime.grpc ? [grpc(context)] : []),
      INTERNAL,
    ].join('\n\n') + '\n'
  );
}

function global(context: EndpointContext): string {
  return section('global', [
    'log stdout format raw daemon',
    `maxconn ${maxConnections(context)}`,
    `tune.bufsize ${BUFFER_BYTES}`,
    '# After a reload or a stop, what is in progress is finished.',
    `hard-stop-after ${longestRequestMs(context.plan)}ms`,
    // Mozilla's intermediate configuration.
    'ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets prefer-client-ciphers',
    'ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    `ssl-default-bind-ciphers ${TLS12_CIPHERS.join(':')}`,
  ]);
}

const TLS12_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** The engine's own name server: a replica that is replaced may get another address. */
const RESOLVERS = section('resolvers engine', [
  'parse-resolv-conf',
  'resolve_retries 2',
  'timeout resolve 1s',
  'timeout retry 1s',
  'hold nx 3s',
]);

function defaults({ runtime }: EndpointPlan): string {
  const server = runtime.requestTimeoutMs + MARGIN_MS;
  return section('defaults', [
    'mode http',
    'log global',
    'option httplog',
    '# Failures alone: the runtime has the access log.',
    'option dontlog-normal',
    'option dontlognull',
    '# On a reload, callers learn with an answer that the connection ends, never with a request under way.',
    'option idle-close-on-response',
    '# A prediction changes nothing, so it may be asked again, of another replica, when one dies under it.',
    'option redispatch 1',
    'retries 3',
    'retry-on conn-failure empty-response 503',
    'timeout connect 2s',
    'timeout http-request 20s',
    'timeout http-keep-alive 60s',
    `timeout queue ${queueMs(runtime.requestTimeoutMs)}ms`,
    `timeout client ${server}ms`,
    `timeout server ${server}ms`,
    ...ERRORS.map(errorAnswer),
  ]);
}

/** The form of the runtime's own errors. */
const ERRORS = [
  [400, 'the request is not HTTP'],
  [408, 'the request did not arrive in time'],
  [500, 'the balancer failed'],
  [502, 'the replica closed the connection'],
  [503, 'no replica is ready'],
  [504, 'the replica did not answer in time'],
] as const;

function errorAnswer([status, message]: (typeof ERRORS)[number]): string {
  const retry = status === 503 ? ' hdr retry-after 1' : '';
  return `http-error status ${status} content-type application/json string '{"error":"${message}"}'${retry}`;
}

function entries({ plan }: EndpointContext, tls: BoundTls | undefined): string[] {
  const { certificate, port, redirect } = tls ?? {};
  const binds = [
    `bind :${BALANCER_PORTS.predictions}`,
    ...(certificate === undefined
      ? []
      : [`bind :${BALANCER_PORTS.tls} ssl crt ${certificate} alpn h2,http/1.1`]),
  ];
  const entry = section('frontend entry', [
    ...binds,
    ...(plan.runtime.grpc ? ['use_backend grpc if { req.hdr(content-type) -m beg application/grpc }'] : []),
    'default_backend predictions',
  ]);
  return redirect === true ? [entry, redirection(port!)] : [entry];
}

function redirection(port: number): string {
  const suffix = port === 443 ? '' : `:${port}`;
  return section('frontend redirect', [
    `bind :${BALANCER_PORTS.redirect}`,
    // 308 keeps method and body.
    `http-request redirect code 308 location https://%[req.hdr(host),regsub(:[0-9]+$,)]${suffix}%[pathq]`,
  ]);
}

/** The least busy replica that is ready; what is too much for all waits a little. */
function predictions(context: EndpointContext): string {
  const { maxInFlight } = context.plan.runtime;
  return section('backend predictions', [
    'balance leastconn',
    'option httpchk',
    'http-check send meth GET uri /v2/health/ready ver HTTP/1.1 hdr host balancer',
    'http-check expect status 200',
    '# A replica that stops fails its readiness first and goes on serving for its drain delay.',
    `default-server check inter 1s fastinter 500ms fall 2 rise 1 maxconn ${maxInFlight} ${RESOLVE}`,
    ...servers(context, INFERENCE_PORT, () => ''),
  ]);
}

function grpc(context: EndpointContext): string {
  const { maxInFlight } = context.plan.runtime;
  return section('backend grpc', [
    'balance leastconn',
    `default-server maxconn ${maxInFlight} proto h2 ${RESOLVE}`,
    ...servers(context, GRPC_PORT, (name) => ` track predictions/${name}`),
  ]);
}

const RESOLVE = 'resolvers engine resolve-prefer ipv4 init-addr last,libc,none';

function servers(context: EndpointContext, port: number, extra: (name: string) => string): string[] {
  return [...context.replicas, context.surge].map((name) => `server ${name} ${name}:${port}${extra(name)}`);
}

/** For Prometheus and the container's own health check; not published. */
const INTERNAL = section('frontend internal', [
  `bind :${BALANCER_PORTS.internal}`,
  'option dontlog-normal',
  'http-request use-service prometheus-exporter if { path /metrics }',
  'http-request return status 200 content-type text/plain string "live" if { path /live }',
  'http-request return status 404',
]);

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}
