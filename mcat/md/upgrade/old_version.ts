/**
 * hm9000 as it was at an earlier commit, out of this repository's own history, to be run beside today's.
 *
 * @module
 */

const ROOT = new URL("../../../", import.meta.url).pathname;

/** Before the mirror: it reads the whole fleet in each pass, and knows no holds, decisions or breakers. */
export const OLD_COMMIT = "cd5de606d21b344d2d32d310c9cf0c63047513ba";

/** Its sources, in a folder that goes with it. */
export class OldVersion implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  /** @throws {Error} when the history does not reach back so far; the message says how to get it */
  static async checkOut(commit = OLD_COMMIT): Promise<OldVersion> {
    const folder = await Deno.makeTempDir({ prefix: "hm9000-old-" });
    const old = new OldVersion(folder);
    try {
      const archive = `${folder}/sources.tar`;
      await run("git", ["-C", ROOT, "archive", `--output=${archive}`, commit]);
      await run("tar", ["-x", "-f", archive, "-C", folder]);
      return old;
    } catch (cause) {
      await old[Symbol.asyncDispose]();
      const remedy = "a shallow clone gets its history by `git fetch --unshallow`";
      throw new Error(`Cannot get hm9000 as of commit ${commit}: ${remedy}`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr).trim()}`);
}
