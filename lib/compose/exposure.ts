import path from 'node:path';
import type { Checker } from './checker';
import type { PortDefinition, VolumeDefinition } from './service-definition';

/** Ports inside the balancer's container; unprivileged, so that it needs no capability. */
export const BALANCER_PORTS = { predictions: 8080, redirect: 8082, tls: 8443, internal: 8404 } as const;
/** Where the certificate's directory is mounted. */
export const TLS_DIRECTORY = '/etc/inferstack/tls';
const LOOPBACK = '127.0.0.1';

export interface HostOptions {
  /** Port on 127.0.0.1. @default 8080 */
  readonly port?: number;
}

export interface HttpsOptions {
  /**
   * File on the host with the certificate, its authorities and the private key, PEM, one after the other. The balancer
   * sees its whole directory: use one that holds nothing else. After a renewal: `docker compose kill -s HUP <name>`.
   */
  readonly certificateFile: string;
  /** Address of the host to listen on. @default '0.0.0.0' */
  readonly address?: string;
  /** Port of the host. @default 443 */
  readonly port?: number;
  /** Port of the host where plain HTTP is sent on to HTTPS; false opens none. @default 80 */
  readonly redirectPort?: number | false;
}

export interface PlainHttpOptions {
  /** Says aloud that requests and predictions may cross the network in the clear. */
  readonly plainHttp: boolean;
  /** Address of the host to listen on. @default '0.0.0.0' */
  readonly address?: string;
  /** Port of the host. @default 8080 */
  readonly port?: number;
}

/** How the balancer terminates TLS. */
export interface BoundTls {
  /** Path of the certificate inside the container. */
  readonly certificate: string;
  /** Port callers see, for the redirect. */
  readonly port: number;
  readonly redirect: boolean;
}

export interface BoundExposure {
  readonly ports: PortDefinition[];
  readonly volumes: VolumeDefinition[];
  /** undefined: the balancer speaks plain HTTP alone. */
  readonly tls: BoundTls | undefined;
}

/** Who can reach the endpoint. Management is never reachable this way. */
export abstract class Exposure {
  /** Only this host, without encryption, and containers that join the network `<name>-callers`. */
  static host(options: HostOptions = {}): Exposure {
    return new PlainExposure('target.exposure', LOOPBACK, options.port ?? 8080, true);
  }

  /** Other hosts, over TLS 1.2 or 1.3. */
  static https(options: HttpsOptions): Exposure {
    return new HttpsExposure(options);
  }

  /** Other hosts without encryption: for a network that encrypts by itself, and only when `plainHttp` says so. */
  static http(options: PlainHttpOptions): Exposure {
    const { address = '0.0.0.0', port = 8080, plainHttp } = options;
    return new PlainExposure('target.exposure', address, port, plainHttp);
  }

  abstract check(check: Checker): void;
  abstract bind(): BoundExposure;
}

class PlainExposure extends Exposure {
  constructor(
    private readonly at: string,
    private readonly address: string,
    private readonly port: number,
    private readonly plainHttp: boolean,
  ) {
    super();
  }

  check(check: Checker): void {
    check.port(`${this.at}.port`, this.port);
    checkAddress(check, this.at, this.address);
    if (this.plainHttp || this.address === LOOPBACK) return;
    check.add('COMPOSE_PLAIN_HTTP', `${this.at}.plainHttp`, {
      what: 'requests and predictions would cross the network in the clear',
      got: this.plainHttp,
      allowed: 'Exposure.https, or plainHttp: true',
      remedy: 'Give a certificate to Exposure.https, or set plainHttp: true if something else encrypts.',
    });
  }

  bind(): BoundExposure {
    return {
      ports: [published(this.address, this.port, BALANCER_PORTS.predictions)],
      volumes: [],
      tls: undefined,
    };
  }
}

class HttpsExposure extends Exposure {
  private readonly address: string;
  private readonly port: number;
  private readonly redirectPort: number | false;

  constructor(private readonly options: HttpsOptions) {
    super();
    this.address = options.address ?? '0.0.0.0';
    this.port = options.port ?? 443;
    this.redirectPort = options.redirectPort ?? 80;
  }

  check(check: Checker): void {
    const at = 'target.exposure';
    const { certificateFile } = this.options;
    check.hostFile(`${at}.certificateFile`, certificateFile);
    checkAddress(check, at, this.address);
    check.port(`${at}.port`, this.port);
    if (this.redirectPort !== false) check.port(`${at}.redirectPort`, this.redirectPort);
    if (path.posix.dirname(certificateFile) !== '/') return;
    check.add('COMPOSE_OPTION', `${at}.certificateFile`, {
      what: 'the balancer would see the whole host: it gets the directory of the certificate',
      got: certificateFile,
      allowed: 'a file in a directory that holds nothing else',
      remedy: 'Put the certificate into a directory of its own.',
    });
  }

  bind(): BoundExposure {
    const { certificateFile } = this.options;
    const { address, port, redirectPort } = this;
    return {
      ports: [
        published(address, port, BALANCER_PORTS.tls),
        ...(redirectPort === false ? [] : [published(address, redirectPort, BALANCER_PORTS.redirect)]),
      ],
      volumes: [
        {
          type: 'bind',
          source: path.posix.dirname(certificateFile),
          target: TLS_DIRECTORY,
          read_only: true,
          bind: { create_host_path: false },
        },
      ],
      tls: {
        certificate: `${TLS_DIRECTORY}/${path.posix.basename(certificateFile)}`,
        port,
        redirect: redirectPort !== false,
      },
    };
  }
}

function published(address: string, port: number, target: number): PortDefinition {
  return { target, published: String(port), host_ip: address, protocol: 'tcp' };
}

function checkAddress(check: Checker, at: string, address: string): void {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address) || /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/.test(address)) return;
  check.add('COMPOSE_OPTION', `${at}.address`, {
    what: 'not an address of the host',
    got: address,
    allowed: 'an IPv4 or IPv6 address, such as 0.0.0.0',
    remedy: 'Write the address, not a name.',
  });
}
