/**
 * The real file system, as far as secrets that stand in files of their own are concerned.
 *
 * @module
 */

import type { SecretFiles } from "./secret_files.ts";

/** Reads files; their modes are those of what a link leads to. */
export const REAL_SECRET_FILES: SecretFiles = {
  read: Deno.readTextFileSync,
  modeOf: (path) => {
    try {
      return Deno.statSync(path).mode ?? undefined;
    } catch {
      return undefined; // Whoever needs the file says that it is not there.
    }
  },
};
