import type { PostprocessingSpec } from '../contract';

/** Turns the scores of one row into others, in place. */
export type Activation = (scores: number[]) => void;

export const ACTIVATIONS: Readonly<Record<NonNullable<PostprocessingSpec['activation']>, Activation>> = {
  softmax,
  sigmoid,
};

/** Less the largest score, which changes nothing but keeps the exponentials finite. */
function softmax(scores: number[]): void {
  const top = Math.max(...scores);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i]! - top);
    sum += scores[i]!;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = scores[i]! / sum;
}

/** Of a negative score by the exponential of itself: that of its opposite overflows. */
function sigmoid(scores: number[]): void {
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    const small = Math.exp(-Math.abs(score));
    scores[i] = (score < 0 ? small : 1) / (1 + small);
  }
}

/** The class that is cheapest to answer when class i is true with probability scores[i]; the first when tied. */
export function cheapestClass(scores: readonly number[], costs: readonly (readonly number[])[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let answer = 0; answer < scores.length; answer++) {
    let expected = 0;
    for (let truth = 0; truth < scores.length; truth++) expected += scores[truth]! * costs[truth]![answer]!;
    if (expected < least) {
      best = answer;
      least = expected;
    }
  }
  return best;
}

/** Positions of the k highest scores, highest first; of equal ones the first. */
export function topPositions(scores: readonly number[], k: number): number[] {
  const positions = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return positions.slice(0, k);
}
