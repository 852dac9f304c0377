import type { RuntimeConfig } from '../contract';
import type { Logger } from '../logging';
import { Authenticator } from './authenticator';
import { TlsFiles } from './tls-files';

/** Time between two readings of certificates and keys. */
const POLL_MS = 2000;

/**
 * Who may act on rollouts; undefined: nobody.
 *
 * @throws ProblemError AUTH_KEYS_*
 */
export async function openAdministrators(
  { rollouts }: Pick<RuntimeConfig, 'rollouts'>,
  environment: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): Promise<Authenticator | undefined> {
  const place = rollouts?.adminKeys ?? null;
  if (place === null) return undefined;
  return Authenticator.ofKeys(place, { field: 'rollouts.adminKeys', environment, logger, pollMs: POLL_MS });
}

/** What guards the listeners for inference, of every protocol. */
export interface Security {
  /** undefined: plain text. */
  readonly tls: TlsFiles | undefined;
  /** undefined: everybody may ask. */
  readonly authenticator: Authenticator | undefined;
  close(): void;
}

/**
 * Reads the files and key sets the configuration names, and watches them until closed.
 *
 * @param pollMs time between two readings of a file, milliseconds.
 * @throws ProblemError TLS_*, AUTH_*
 */
export async function openSecurity(
  { tls, auth }: Pick<RuntimeConfig, 'auth' | 'tls'>,
  logger: Logger,
  pollMs = POLL_MS,
): Promise<Security> {
  const files = tls === null ? undefined : await TlsFiles.open(tls, logger, pollMs);
  try {
    const authenticator = auth === null ? undefined : await Authenticator.open(auth, logger, pollMs);
    const close = () => {
      files?.close();
      authenticator?.close();
    };
    return { tls: files, authenticator, close };
  } catch (error) {
    files?.close();
    throw error;
  }
}
