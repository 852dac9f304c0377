import { timingSafeEqual } from 'node:crypto';
import { type Problem, throwProblems } from '../contract';

interface ApiKey {
  readonly name: string;
  readonly digest: Buffer;
}

const LINE = /^([^\s:]{1,128}):([0-9a-f]{64})$/i;
const NOBODY: readonly ApiKey[] = [{ name: '', digest: Buffer.alloc(32) }];

/**
 * Reads API keys: one `<name>:<sha256 of the key, hex>` a line. Empty lines and lines that begin with # are
 * passed over; a name may have several keys, so that a new one can be handed out before the old one goes.
 *
 * @param field of the configuration that names them.
 * @throws ProblemError AUTH_KEYS_INVALID; never with the text of a line, which may be a key written there by mistake.
 */
export function parseApiKeys(content: Buffer, field: string): ApiKeys {
  const problems: Problem[] = [];
  const problem = (at: string, what: string, remedy: string) =>
    problems.push({ code: 'AUTH_KEYS_INVALID', at, what, allowed: '<name>:<64 hexadecimal digits>', remedy });
  const keys = new Map<string, ApiKey>();
  for (const [i, line] of content.toString('utf8').split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const at = `${field}: line ${i + 1}`;
    const match = LINE.exec(text);
    if (match === null) {
      problem(
        at,
        'not a name and a digest',
        'Write the SHA-256 of the key, not the key: sha256sum makes it.',
      );
      continue;
    }
    const hex = match[2]!.toLowerCase();
    if (keys.has(hex)) problem(at, 'the key is there twice', 'Remove one of the lines.');
    keys.set(hex, { name: match[1]!, digest: Buffer.from(hex, 'hex') });
  }
  if (keys.size === 0 && problems.length === 0)
    problem(field, 'there is no key in it', `Add one, or set ${field} to null.`);
  throwProblems(problems, field);
  return new ApiKeys([...keys.values()]);
}

/** The digests of the keys that are valid. The keys themselves are known to their holders alone. */
export class ApiKeys {
  /** By the first bytes of the digest: the work does not grow with the keys. */
  private readonly places = new Map<number, ApiKey[]>();

  constructor(keys: readonly ApiKey[]) {
    for (const key of keys) {
      const place = key.digest.readUInt32BE(0);
      this.places.set(place, [...(this.places.get(place) ?? []), key]);
    }
  }

  /**
   * The name of the key with this SHA-256. How long it takes tells at most whether the first bytes of a digest are known,
   * and who could make use of that would have to invert SHA-256.
   */
  find(digest: Buffer): string | undefined {
    let name: string | undefined;
    for (const key of this.places.get(digest.readUInt32BE(0)) ?? NOBODY) {
      if (timingSafeEqual(key.digest, digest)) name = key.name;
    }
    return name;
  }
}
