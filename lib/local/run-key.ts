import { createHash, randomBytes } from 'node:crypto';
import { ROLLOUT_KEYS, secretVariable } from '../core';

/** A key made for one run: whoever has it may act on the rollouts of this run, and on nothing else. */
export class RunKey {
  readonly text = randomBytes(32).toString('base64url');

  /** What replicas are to know: the digest of the key, under a name for the log. */
  get environment(): Readonly<Record<string, string>> {
    const digest = createHash('sha256').update(this.text).digest('hex');
    return { [secretVariable(ROLLOUT_KEYS)]: `local:${digest}` };
  }
}
