/**
 * `hm9000 version`.
 *
 * @module
 */

import { VERSION } from "../_version.ts";

/** Prints the version, or version and runtime as JSON. */
export function showVersion(options: { readonly json: boolean }): void {
  if (!options.json) return console.log(VERSION);
  const { os, arch } = Deno.build;
  console.log(JSON.stringify({ version: VERSION, deno: Deno.version.deno, os, arch }));
}
