/**
 * Where a path in the configuration leads: relative ones begin at the folder of the configuration file,
 * and `$CREDENTIALS_DIRECTORY/…` in the folder that systemd puts a unit's credentials in, whose name is
 * not known before the unit runs.
 *
 * @module
 */

import { dirname, isAbsolute, join } from "node:path";
import type { Environment } from "./env_overrides.ts";

/** Resolves a path that is written in the configuration; an empty one stays empty. */
export type ResolvePath = (path: string) => string;

const CREDENTIALS = "$CREDENTIALS_DIRECTORY/";

/** The folder of credentials; undefined when there is none. */
export function credentialsFolder(env: Environment): string | undefined {
  const folder = env["CREDENTIALS_DIRECTORY"];
  return folder === undefined || folder === "" ? undefined : folder;
}

/** Makes the resolver for paths written in the file at `configPath`. */
export function pathResolver(configPath: string, env: Environment = {}): ResolvePath {
  const folder = dirname(configPath);
  const credentials = credentialsFolder(env);
  return (path) => {
    if (credentials !== undefined && path.startsWith(CREDENTIALS)) {
      return join(credentials, path.slice(CREDENTIALS.length));
    }
    return path === "" || isAbsolute(path) ? path : join(folder, path);
  };
}
