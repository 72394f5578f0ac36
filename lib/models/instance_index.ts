/**
 * Instances of an app are numbered from 0; the bound keeps one hostile record from making the analyzer
 * walk for ever.
 *
 * @module
 */

import { ParseError } from "./parse_error.ts";

/** Highest instance index accepted. */
export const INSTANCE_INDEX_MAX = 999_999;

/** Whether `index` is a whole number from 0 to 999,999. */
export function isInstanceIndex(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index <= INSTANCE_INDEX_MAX;
}

/**
 * Returns `index` if it is a whole number from 0 to 999,999.
 *
 * @throws {ParseError} naming `what` and `field` otherwise
 */
// deno-lint-ignore house/max-params -- what, field and value, in the order of a ParseError
export function requireInstanceIndex(what: string, field: string, index: number): number {
  if (isInstanceIndex(index)) return index;
  throw new ParseError(what, field, `${index} is not an index (0 to ${INSTANCE_INDEX_MAX})`);
}
