/**
 * Finds in README.md the command that it tells newcomers to test with, so that the gate runs that very
 * text: instructions that nobody follows go stale.
 *
 * @module
 */

/**
 * The first fenced `sh` block of `readme` that contains `task test`.
 *
 * @param denoVersion the version of Deno that the project is pinned to, which the block must ask for
 * @throws {Error} when there is no such block, or it asks for another version
 */
export function readmeTestCommand(readme: string, denoVersion: string): string {
  const blocks = [...readme.matchAll(/^```sh[^\n]*\n([^]*?)^```$/gm)].map((match) =>
    match[1] ?? ""
  );
  const command = blocks.find((block) => /\btask test\b/.test(block));
  if (command === undefined) {
    throw new Error('Cannot find the test command in README.md: no ```sh block holds "task test"');
  }
  const named = [...command.matchAll(/\bdeno@(\S+)/g)].map((match) => match[1]);
  const wrong = named.find((version) => version !== denoVersion);
  if (wrong !== undefined || named.length === 0) {
    throw new Error(
      `Cannot use README.md's test command: it asks for ${wrong ?? "no version"} of Deno, ` +
        `.ci/deno_version says ${denoVersion}`,
    );
  }
  return command.trim();
}

if (import.meta.main) {
  const read = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));
  console.log(readmeTestCommand(await read("../README.md"), (await read("deno_version")).trim()));
}
