/**
 * What an executable knows of its own making. `deno task compile` puts it beside the code; under `deno
 * run` there is none.
 *
 * @module
 */

/** What is known of a build. */
export interface BuildInfo {
  /** The commit it was made from; ends with `-dirty` when something was not committed. */
  readonly commit: string;
  /** The third-party packages in it. */
  readonly licences: readonly {
    readonly name: string;
    readonly version: string;
    readonly licence: string;
  }[];
}

/** The name of the file; `deno task compile` writes it. */
export const BUILD_INFO_FILE = "build_info.json";

/** Reads it; undefined when this is no executable. */
export async function readBuildInfo(
  folder = new URL(".", import.meta.url),
): Promise<BuildInfo | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL(BUILD_INFO_FILE, folder)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
