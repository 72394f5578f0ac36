/**
 * Which state of the sources is simulated: a seed means something else at another one.
 *
 * @module
 */

/** The commit, with a `+` when something was changed since; `unknown` outside of a checkout. */
export async function commitName(): Promise<string> {
  const commit = await git("rev-parse", "--short=12", "HEAD");
  if (commit === undefined) return "unknown";
  return await git("status", "--porcelain") === "" ? commit : `${commit}+`;
}

async function git(...args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args: [...args] }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
