import { ProblemError, type SecretPlace } from '../contract';
import type { Logger } from '../logging';
import { type ApiKeys, parseApiKeys } from './api-keys';
import { WatchedFiles } from './watched-files';

/** API keys as they are now. */
export interface KeySource {
  readonly current: ApiKeys;
  close(): void;
}

export interface KeySourceOptions {
  /** Field of the configuration that names the place. */
  readonly field: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Time between two readings of a file, milliseconds. */
  readonly pollMs: number;
}

/**
 * Reads API keys from a file, again when it changes, or once from the environment.
 *
 * @throws ProblemError AUTH_KEYS_*
 */
export async function openKeySource(
  place: SecretPlace,
  { field, environment, logger, pollMs }: KeySourceOptions,
): Promise<KeySource> {
  if ('env' in place) {
    const current = parseApiKeys(Buffer.from(readVariable(place.env, field, environment)), field);
    return { current, close: () => undefined };
  }
  return WatchedFiles.open<ApiKeys>({
    files: [{ field, path: place.file }],
    unreadable: 'AUTH_KEYS_UNREADABLE',
    parse: ([content]) => parseApiKeys(content!, field),
    onProblem: (problems) =>
      logger.error(
        { event: 'api_keys_reload_failed', problems },
        'new API keys cannot be used; the old stay',
      ),
    pollMs,
  });
}

function readVariable(name: string, at: string, environment: KeySourceOptions['environment']): string {
  const text = environment[name];
  if (text !== undefined) return text;
  const what = 'the environment variable is not set';
  const remedy = 'Set it for this process.';
  throw new ProblemError([{ code: 'AUTH_KEYS_UNREADABLE', at, what, got: name, remedy }]);
}
