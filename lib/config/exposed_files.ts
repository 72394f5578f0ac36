/**
 * Says which files with secrets in them others on this machine may read or change (S6). It is a warning
 * and not a refusal: what mounts secrets for a container often cannot do better, and nobody else is there.
 *
 * @module
 */

import { formatProblem } from "./config_error.ts";
import type { SecretFiles } from "./secret_files.ts";

/** What others may not: write as the group, and anything at all as everybody else. */
const EXPOSED = 0o027;

/** A warning for each of `paths` that is open to others, in their order. */
export function exposedFiles(
  paths: readonly string[],
  files: Pick<SecretFiles, "modeOf">,
): readonly string[] {
  return [...new Set(paths)].flatMap((path) => {
    const mode = files.modeOf(path);
    if (mode === undefined || (mode & EXPOSED) === 0) return [];
    const message = `there are secrets in this file, and its mode is ${octal(mode)}; ` +
      `let nobody else read it, nor its group change it: chmod ${octal(mode & ~EXPOSED)}`;
    return [formatProblem({ file: path, key: "", message })];
  });
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
