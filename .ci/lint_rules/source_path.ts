/**
 * Tells a lint rule where in the repository the file it looks at stands.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url).pathname;

/** The linted file's path relative to the repository's root. */
export function sourcePath(context: Deno.lint.RuleContext): string {
  const { filename } = context;
  return filename.startsWith(ROOT) ? filename.slice(ROOT.length) : filename;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
