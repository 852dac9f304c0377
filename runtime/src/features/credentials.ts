import { type FeatureLookup, type FeatureProblemCode, type Problem, ProblemError } from '../contract';
import type { Logger } from '../logging';
import { WatchedFiles } from '../security/watched-files';

/** The key of a store as it is now. */
export interface Credentials {
  readonly current: string;
  close(): void;
}

/** What fits in a header: RFC 9110, 5.5, without the white space that nobody means. */
const HEADER_TEXT = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/**
 * Reads the key of a store from a file, again when it changes, or once from the environment.
 *
 * @throws ProblemError FEATURES_CREDENTIALS_*; never with the text.
 */
export async function openCredentials(
  { name, credentials }: FeatureLookup,
  { environment, logger, pollMs }: CredentialOptions,
): Promise<Credentials | undefined> {
  if (credentials === null) return undefined;
  const at = `features.${name}.credentials`;
  if ('env' in credentials) {
    const text = environment[credentials.env];
    if (text === undefined) {
      const remedy = 'Set it for this process.';
      const got = credentials.env;
      throw problem('FEATURES_CREDENTIALS_UNREADABLE', at, {
        what: 'the environment variable is not set',
        got,
        remedy,
      });
    }
    const current = readSecret(text, at);
    return { current, close: () => undefined };
  }
  return WatchedFiles.open<string>({
    files: [{ field: at, path: credentials.file }],
    unreadable: 'FEATURES_CREDENTIALS_UNREADABLE',
    parse: ([content]) => readSecret(content!.toString('utf8'), at),
    onProblem: (problems) =>
      logger.error(
        { event: 'feature_credentials_reload_failed', source: name, problems },
        'new credentials cannot be used; the old stay',
      ),
    pollMs,
  });
}

export interface CredentialOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Time between two readings of a file, milliseconds. */
  readonly pollMs: number;
}

function readSecret(text: string, at: string): string {
  const secret = text.trim();
  if (HEADER_TEXT.test(secret)) return secret;
  const what =
    secret === '' ? 'there is nothing in it' : 'it holds more than one line, or what no header can';
  const allowed = 'one line of printable ASCII';
  const remedy = 'Write the key, and nothing else.';
  throw problem('FEATURES_CREDENTIALS_INVALID', at, { what, allowed, remedy });
}

function problem(code: FeatureProblemCode, at: string, rest: Omit<Problem, 'code' | 'at'>): ProblemError {
  return new ProblemError([{ code, at, ...rest }]);
}
