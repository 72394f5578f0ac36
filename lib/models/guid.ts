/**
 * Guids come from outside and become parts of store keys, so their alphabet is narrow: nothing that
 * separates keys (`/`, `,`) may be in one, and none may be long.
 *
 * @module
 */

import { ParseError, quoteValue } from "./parse_error.ts";

/** Longest guid accepted, in characters. */
export const GUID_CHARACTERS_MAX = 200;

/** Every character that a guid may hold. */
export const GUID_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.:-";

const GUID = /^[A-Za-z0-9_.:-]{1,200}$/;

/** Whether `text` may serve as a guid: 1 to 200 characters of `A-Z a-z 0-9 _ . : -`. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/**
 * Returns `text` if it is a guid.
 *
 * @throws {ParseError} naming `what` and `field` otherwise
 */
// deno-lint-ignore house/max-params -- what, field and value, in the order of a ParseError
export function requireGuid(what: string, field: string, text: string): string {
  if (isGuid(text)) return text;
  throw new ParseError(
    what,
    field,
    `${quoteValue(text)} is not a guid (1 to ${GUID_CHARACTERS_MAX} of A-Z a-z 0-9 _ . : -)`,
  );
}
