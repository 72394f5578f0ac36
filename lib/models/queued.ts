/**
 * A message together with the revision it was read at, so that whoever acts on it can ask the store for
 * "only if nobody changed it meanwhile".
 *
 * @module
 */

/** A stored message as it was read. */
export interface Queued<T> {
  /** As it stood at that revision. */
  readonly message: T;
  /** The store's revision that last wrote the message. */
  readonly revision: number;
}
