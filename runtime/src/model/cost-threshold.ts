/**
 * The score of the positive class from which answering it is no dearer: with p its probability, the expected costs of
 * the two answers are equal at p.
 *
 * @param costs costs[i][j] of answering class j when class i is true; a wrong answer costs more than the right one.
 * @param positive position of the positive class.
 * @returns NaN when `costs` is no 2 x 2 matrix.
 */
export function costThreshold(costs: readonly (readonly number[])[], positive: number): number {
  const cost = (truth: number, answer: number): number => costs[truth]?.[answer] ?? Number.NaN;
  const negative = 1 - positive;
  const falseAlarm = cost(negative, positive) - cost(negative, negative);
  const miss = cost(positive, negative) - cost(positive, positive);
  return falseAlarm / (falseAlarm + miss);
}
