/**
 * How current an answer is, as its headers say: the store's revision that it is of, or a later one, and the
 * seconds since its source was last known to hold everything that the store held. Of an answer that the
 * store vouched for that is how long the answer took; it grows while the store is out of reach.
 *
 * @module
 */

/** Says which revision of the store an answer is of. */
const REVISION_HEADER = "X-HM9000-Revision";
/** Says how many seconds ago its source was last known to be as the store. */
const AGE_HEADER = "X-HM9000-Age";

/** The headers; the age is left out when its source was never known to be as the store. */
export function stamp(
  known: { readonly revision: number; readonly ageSeconds: number },
): Record<string, string> {
  const { revision, ageSeconds } = known;
  return {
    [REVISION_HEADER]: String(revision),
    ...(Number.isFinite(ageSeconds) ? { [AGE_HEADER]: ageSeconds.toFixed(3) } : {}),
  };
}
