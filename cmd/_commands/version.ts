/**
 * `hm9000 version`.
 *
 * @module
 */

import { readBuildInfo } from "../_build_info.ts";
import { printJsonLines } from "../_json_lines.ts";
import { VERSION } from "../_version.ts";

/** Prints the version, or, as JSON, also the runtime, the commit and the licences of what is inside. */
export async function showVersion(options: { readonly json: boolean }): Promise<void> {
  if (!options.json) return console.log(VERSION);
  const { os, arch } = Deno.build;
  const { commit = null, licences = [] } = await readBuildInfo() ?? {};
  const licence = "Apache-2.0";
  const runtime = { deno: Deno.version.deno, os, arch };
  printJsonLines([{ version: VERSION, commit, ...runtime, licence, licences }]);
}
