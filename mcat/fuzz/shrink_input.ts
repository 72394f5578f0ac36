/**
 * Makes an input smaller that still shows what it has shown: cuts halves, quarters and so on out of it, down
 * to single bytes.
 *
 * @module
 */

const ATTEMPTS_MAX = 5_000;

/** The smallest input that was found of which `shows` still holds. */
export async function shrinkInput(
  input: Uint8Array,
  shows: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let small = input;
  let attempts = 0;
  for (
    let size = Math.ceil(input.length / 2);
    size >= 1;
    size = size > 1 ? Math.ceil(size / 2) : 0
  ) {
    for (let at = 0; at < small.length && attempts < ATTEMPTS_MAX;) {
      attempts += 1;
      const shorter = without(small, at, at + size);
      if (await shows(shorter)) small = shorter;
      else at += size;
    }
  }
  return small;
}

function without(input: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.from([...input.subarray(0, start), ...input.subarray(end)]);
}
