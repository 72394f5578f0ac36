/**
 * Randomness, passed in like time, so that a simulation can replay a run from its seed. The real one is
 * in `real_random.ts`.
 *
 * @module
 */

/** A source of randomness. */
export interface Random {
  /** A version 4 UUID. */
  uuid(): string;
  /** A whole number from 1 to 2^52 - 1, for lease ids. */
  leaseId(): number;
  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  fraction(): number;
}
