/**
 * Gives every member one turn a round, starting with another one each round: A B C, B C A, C A B. What the machine does
 * meanwhile then falls on all of them alike.
 */
export function interleaved<Member>(members: readonly Member[], rounds: number): Member[] {
  return Array.from({ length: rounds }, (_, round) => {
    const first = round % Math.max(1, members.length);
    return [...members.slice(first), ...members.slice(0, first)];
  }).flat();
}
