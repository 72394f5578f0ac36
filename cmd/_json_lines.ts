/**
 * What `--json` prints: one value a line, so that it can be read while it comes, and by `jq`, `grep` and
 * `head` alike. (`dump --json` is one array, for those who read it whole; its elements stand a line each.)
 *
 * @module
 */

/** Prints each value on a line of its own. */
export function printJsonLines(values: readonly unknown[]): void {
  for (const value of values) console.log(JSON.stringify(value));
}
