/**
 * The version, in one place for all executables. A test holds it to deno.json's.
 *
 * @module
 */

/** The version of hm9000. */
export const VERSION = "0.1.0";
