/**
 * What was typed cannot be done; doing it again changes nothing.
 *
 * @module
 */

/** Wrong usage of the command line (exit code 2). */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
