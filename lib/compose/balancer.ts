import type { Construct } from 'constructs';
import { ComposeFile, ComposeService } from './compose-elements';
import type { BalancerOptions, LogOptions } from './compose-options';
import type { EndpointContext } from './context';
import { BALANCER_PORTS, type BoundExposure } from './exposure';
import { BUFFER_BYTES, haproxyConfig, longestRequestMs, maxConnections } from './haproxy-config';
import { hardened } from './hardening';

export const DEFAULT_BALANCER = { image: 'docker.io/library/haproxy:3.0', user: '99:99' } as const;

const DIRECTORY = '/etc/inferstack/balancer';
export const BALANCER_CONFIG_FILE = `${DIRECTORY}/haproxy.cfg`;
const MIB = 1024 * 1024;
/** Of the process itself, with one thread per core of a large host. */
const BASE_MIB = 96;
/** Of an open connection with TLS. */
const CONNECTION_BYTES = 24_576;
/** Of a request in progress: request, answer, and the copy that would be sent again. */
const REQUEST_BUFFERS = 3;
/** Time for the last connections to close. */
const EXIT_MARGIN_SECONDS = 5;

/** The container in front of the replicas, with its configuration in a directory of its own. */
export function balancer(
  scope: Construct,
  context: EndpointContext,
  exposure: BoundExposure,
  options: BalancerOptions,
  logs: LogOptions,
) {
  const directory = `balancer/${context.name}`;
  const config = new ComposeFile(
    scope,
    'BalancerConfig',
    `${directory}/haproxy.cfg`,
    haproxyConfig(context, exposure.tls),
  );
  const connections = maxConnections(context);
  const service = new ComposeService(scope, 'Balancer', context.name, {
    image: options.image ?? DEFAULT_BALANCER.image,
    // -W: SIGHUP loads the configuration anew without losing a connection.
    entrypoint: ['haproxy', '-W', '-db', '-f', BALANCER_CONFIG_FILE],
    ...hardened(options.user ?? DEFAULT_BALANCER.user, options.memoryMiB ?? memoryMiB(context), logs),
    labels: context.labels('balancer'),
    ulimits: { nofile: { soft: 2 * connections + 1000, hard: 2 * connections + 1000 } },
    stop_signal: 'SIGUSR1',
    stop_grace_period: `${Math.ceil(longestRequestMs(context.plan) / 1000) + EXIT_MARGIN_SECONDS}s`,
    healthcheck: {
      test: ['CMD-SHELL', PROBE],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: '10s',
    },
    networks: { [context.network]: {}, [context.callers]: {} },
    ports: exposure.ports,
    volumes: [
      // The directory, not the file: what rollout.sh writes there is seen inside.
      {
        type: 'bind',
        source: `./${directory}`,
        target: DIRECTORY,
        read_only: true,
        bind: { create_host_path: false },
      },
      ...exposure.volumes,
    ],
  });
  return { service, config };
}

/** The Debian image of HAProxy has bash, the Alpine one wget. */
export const PROBE =
  `if command -v wget >/dev/null; then exec wget -q -O /dev/null http://127.0.0.1:${BALANCER_PORTS.internal}/live; fi; ` +
  `exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/${BALANCER_PORTS.internal} && printf "GET /live HTTP/1.0\\r\\n\\r\\n" >&3 && grep -q live <&3'`;

function memoryMiB(context: EndpointContext): number {
  const { scaling, runtime } = context.plan;
  const requests = (scaling.minReplicas + 1) * runtime.maxInFlight;
  const bytes = maxConnections(context) * CONNECTION_BYTES + requests * REQUEST_BUFFERS * BUFFER_BYTES;
  return BASE_MIB + Math.ceil(bytes / MIB);
}
