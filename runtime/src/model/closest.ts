/** A remedy that names the candidate most like what was written, when one is like it. */
export function closest(
  written: string,
  candidates: readonly string[],
  otherwise = 'Correct the name.',
): string {
  const best = closestName(written, candidates);
  return best === undefined ? otherwise : `Did you mean "${best}"?`;
}

/** The candidate with the fewest edits, if at most about half of the letters differ. */
export function closestName(written: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((name) => ({ name, edits: edits(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best === undefined) return undefined;
  return best.edits <= Math.ceil(Math.max(written.length, best.name.length) / 2) ? best.name : undefined;
}

/** Longer names are compared by their start only: the table grows with the product of the lengths. */
const MAX_COMPARED = 100;

/** Levenshtein distance: insertions, deletions and replacements. */
function edits(from: string, to: string): number {
  const a = from.slice(0, MAX_COMPARED);
  const b = to.slice(0, MAX_COMPARED);
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
