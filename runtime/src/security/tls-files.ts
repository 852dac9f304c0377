import type { SecureContextOptions } from 'node:tls';
import type { RuntimeConfig } from '../contract';
import type { Logger } from '../logging';
import { parseTlsMaterial, type TlsMaterial } from './tls-material';
import { type WatchedFile, WatchedFiles } from './watched-files';

type TlsConfig = NonNullable<RuntimeConfig['tls']>;

/** A caller that connects and then says nothing must not hold the connection. */
const HANDSHAKE_MS = 10_000;

export interface TlsServerOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  /** Milliseconds. */
  readonly handshakeTimeout: number;
}

/** TLS of the listeners, from files that are read again when they change. */
export class TlsFiles {
  /** @throws ProblemError TLS_FILE_UNREADABLE, TLS_FILE_INVALID, TLS_KEY_MISMATCH */
  static async open(config: TlsConfig, logger: Logger, pollMs: number): Promise<TlsFiles> {
    const files = filesOf(config);
    const watched = await WatchedFiles.open<TlsMaterial>({
      files,
      unreadable: 'TLS_FILE_UNREADABLE',
      parse: parseTlsMaterial,
      onProblem: (problems) =>
        logger.error({ event: 'tls_reload_failed', problems }, 'new TLS files cannot be used; the old stay'),
      pollMs,
    });
    return new TlsFiles(watched, config.clientCaFile !== null, logger);
  }

  private constructor(
    private readonly watched: WatchedFiles<TlsMaterial>,
    demandsClients: boolean,
    private readonly logger: Logger,
  ) {
    this.server = {
      requestCert: demandsClients,
      rejectUnauthorized: demandsClients,
      handshakeTimeout: HANDSHAKE_MS,
    };
    this.tell(watched.current);
    watched.onChange((material) => this.tell(material));
  }

  /** What stays as it is while the files change. */
  readonly server: TlsServerOptions;

  /** Certificate, key, authorities and the versions and suites spoken: all that a new context needs. */
  get context(): SecureContextOptions {
    return this.watched.current.context;
  }

  /** New connections are to use the new context; those that are open keep theirs. */
  onChange(listener: (context: SecureContextOptions) => void): void {
    this.watched.onChange(({ context }) => listener(context));
  }

  /** Notes a client with which no connection came about: it spoke something else, or showed no valid certificate. */
  refused({ message, code }: NodeJS.ErrnoException): void {
    this.logger.debug({ event: 'tls_refused', code, reason: message }, 'no TLS connection');
  }

  close(): void {
    this.watched.close();
  }

  private tell({ leaf }: TlsMaterial): void {
    const { subject, validTo, fingerprint256 } = leaf;
    const fields = { subject, validTo, fingerprint256 };
    if (Date.parse(validTo) < Date.now())
      this.logger.error({ event: 'tls_expired', ...fields }, 'the certificate has expired');
    else this.logger.info({ event: 'tls_loaded', ...fields }, 'certificate loaded');
  }
}

function filesOf({ certificateFile, privateKeyFile, clientCaFile }: TlsConfig): WatchedFile[] {
  const files = [
    { field: 'tls.certificateFile', path: certificateFile },
    { field: 'tls.privateKeyFile', path: privateKeyFile },
  ];
  return clientCaFile === null ? files : [...files, { field: 'tls.clientCaFile', path: clientCaFile }];
}
