/**
 * `hm9000 config check|show|schema`.
 *
 * @module
 */

import { configSchemaJson } from "../../lib/config/config_schema_json.ts";
import { loadConfig } from "../../lib/config/load_config.ts";
import type { ParsedConfig } from "../../lib/config/parse_config.ts";
import { REAL_SECRET_FILES } from "../../lib/config/real_secret_files.ts";
import { requireFor } from "../../lib/config/require_for.ts";
import { showConfig, showSettings } from "../../lib/config/show_config.ts";
import { COMPONENT_NAMES } from "../../lib/models/component_role.ts";
import { printJsonLines } from "../_json_lines.ts";
import { environment } from "../_runtime.ts";

/** Says whether a configuration is right, and which components it suffices for; throws if it is wrong. */
export async function checkConfig(path: string): Promise<void> {
  const parsed = await load(path);
  for (const warning of parsed.warnings) console.error(`warning: ${warning}`);
  for (const name of COMPONENT_NAMES) {
    const lacking = lackingFor(parsed, name);
    if (lacking !== undefined) console.error(`note: not enough for ${name}: ${lacking}`);
  }
  console.log(`${path}: ok`);
}

/** Prints the values in effect. */
export async function showConfiguration(
  path: string,
  options: { readonly json: boolean },
): Promise<void> {
  const parsed = await load(path);
  if (options.json) printJsonLines(showSettings(parsed));
  else console.log(showConfig(parsed).trimEnd());
}

/** Prints the JSON Schema. */
export function showSchema(): void {
  console.log(JSON.stringify(configSchemaJson(), null, 2));
}

async function load(path: string): Promise<ParsedConfig> {
  const env = environment();
  return await loadConfig(path, { readTextFile: Deno.readTextFile, env, files: REAL_SECRET_FILES });
}

function lackingFor(
  parsed: ParsedConfig,
  name: typeof COMPONENT_NAMES[number],
): string | undefined {
  try {
    requireFor(parsed, name);
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigError") return error.message;
    throw error;
  }
}
