/**
 * A known bug, as a patch with a head: what it is, which invariants it breaks, which tests catch it. Pure.
 *
 * @module
 */

/** One bug to plant. */
export interface Mutant {
  /** The patch's file name. */
  readonly name: string;
  readonly title: string;
  /** Test files or folders that must fail. */
  readonly tests: readonly string[];
  /** Why the simulation cannot meet the bug; undefined when it can, and must. */
  readonly notSimulated: string | undefined;
}

/**
 * Reads the head of a patch.
 *
 * @throws {SyntaxError} when it does not say which tests catch the bug
 */
export function parseMutant(name: string, patch: string): Mutant {
  const head = patch.slice(0, patch.indexOf("\ndiff --git"));
  const caughtBy = /^Caught by: (.+)$/m.exec(head)?.[1];
  const notSimulated = /^Not simulated: (.+)$/m.exec(head)?.[1];
  const title = head.split("\n")[0] ?? "";
  if (caughtBy === undefined || title === "") {
    throw new SyntaxError(
      `Cannot use "${name}": its head needs a title and a line "Caught by: <test files>"`,
    );
  }
  return { name, title, tests: caughtBy.split(/[ ,]+/), notSimulated };
}
