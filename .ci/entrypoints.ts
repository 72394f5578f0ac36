/**
 * The entrypoints in `cmd/`, of each of which an executable is made.
 *
 * @module
 */

/** The command line that wraps every component. */
export const WRAPPER = "hm9000";

/** The names of all entrypoints, sorted. */
export async function entrypoints(): Promise<string[]> {
  const names: string[] = [];
  for await (const { isFile, name } of Deno.readDir(new URL("../cmd/", import.meta.url))) {
    const isEntrypoint = isFile && /^[^_].*\.ts$/.test(name) && !name.endsWith("_test.ts");
    if (isEntrypoint) names.push(name.replace(/\.ts$/, ""));
  }
  return names.sort();
}

/** The names of the components: every entrypoint but the one that wraps them. */
export async function componentNames(): Promise<string[]> {
  return (await entrypoints()).filter((name) => name !== WRAPPER);
}
