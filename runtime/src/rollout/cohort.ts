import { createHash } from 'node:crypto';

/** A position in [0, 1) for one request: below the share of the candidate, the candidate answers. */
export type Cohort = (key: string | undefined) => number;

/** Golden ratio: multiples of it, without their whole part, fill [0, 1) as evenly as can be at every moment. */
const STEP = (Math.sqrt(5) - 1) / 2;
const TWO_TO_48 = 2 ** 48;

/**
 * Places requests: those with a key always at the same place, so that a caller stays with a version while its share
 * grows; those without one after the other, evenly.
 *
 * @param salt other rollouts place the same keys elsewhere: it should not always be the same callers who go first.
 */
export function cohortOf(salt: string): Cohort {
  let position = 0;
  return (key) => {
    if (key !== undefined) return hashed(`${salt}\n${key}`);
    position = (position + STEP) % 1;
    return position;
  };
}

function hashed(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / TWO_TO_48;
}
