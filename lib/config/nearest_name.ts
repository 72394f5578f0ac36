/**
 * The known name that a mistyped one was probably meant to be.
 *
 * @module
 */

const COMPARED_CHARACTERS_MAX = 100;

/**
 * The candidate with the smallest edit distance to `name`, ignoring case; undefined when even that one
 * differs in more than a third of its characters, because a far-fetched suggestion misleads.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > COMPARED_CHARACTERS_MAX) return undefined;
  let nearest: string | undefined;
  let distanceMin = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance > Math.max(1, Math.floor(candidate.length / 3)) || distance >= distanceMin) {
      continue;
    }
    nearest = candidate;
    distanceMin = distance;
  }
  return nearest;
}

/**
 * How many characters must be inserted, deleted, replaced or swapped with their neighbour to turn `a`
 * into `b` (optimal string alignment).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const best = Math.min(replaced, at(last, column) + 1, at(current, column - 1) + 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] &&
        a[row - 2] === b[column - 1];
      current.push(swapped ? Math.min(best, at(beforeLast, column - 2) + 1) : best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
