/**
 * Reads the configuration file and parses it (CFG-09, CFG-10).
 *
 * @module
 */

import { ConfigError } from "./config_error.ts";
import type { Environment } from "./env_overrides.ts";
import { parseConfig, type ParsedConfig } from "./parse_config.ts";
import type { SecretFiles } from "./secret_files.ts";

/** What {@linkcode loadConfig} is handed of the outside. */
export interface LoadConfigDeps {
  /** Reads a whole text file, for example `Deno.readTextFile`. */
  readonly readTextFile: (path: string) => Promise<string>;
  /** The environment, for example `Deno.env.toObject()`. */
  readonly env: Environment;
  /** Where secrets may stand in files of their own. @default nowhere: every such file is missing */
  readonly files?: SecretFiles | undefined;
}

/**
 * The configuration in the file at `path`, overridden by the environment.
 *
 * @throws {ConfigError} when the file cannot be read, or with everything that is wrong in it
 */
export async function loadConfig(path: string, deps: LoadConfigDeps): Promise<ParsedConfig> {
  const text = await readFile(path, deps);
  return parseConfig({ text, path, env: deps.env, files: deps.files });
}

async function readFile(path: string, { readTextFile }: LoadConfigDeps): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (cause) {
    const message = `Cannot read the configuration file: ${reason(cause)}`;
    throw new ConfigError([{ file: path, key: "", message }], { cause });
  }
}

function reason(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
    case "NotFound":
      return "there is no such file; give --config the path of a YAML or JSON file";
    case "EISDIR":
    case "IsADirectory":
      return "it is a directory; give --config the path of a file in it";
    case "EACCES":
    case "EPERM":
    case "PermissionDenied":
    case "NotCapable":
      return "permission denied; let the user that runs hm9000 read it";
    default:
      return `${error instanceof Error ? error.message : "the reason is not known"}; ` +
        "give --config the path of a readable YAML or JSON file";
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : error.name;
}
