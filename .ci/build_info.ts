/**
 * What an executable knows of its own making: the commit, and the licences of what is in it. It is put
 * beside the code, where `cmd/_build_info.ts` finds it.
 *
 * @module
 */

import { type ModuleGraph, readPackages, type ShippedPackage } from "./release/packages.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** What is known of a build. */
export interface BuildInfo {
  readonly version: string;
  /** `unknown` outside of a clone; ends with `-dirty` when something is not committed. */
  readonly commit: string;
  /** Of the commit, ISO 8601. */
  readonly time: string;
  readonly packages: ReadonlyMap<string, ShippedPackage>;
}

/** Asks git, Deno and the packages. */
export async function readBuildInfo(): Promise<BuildInfo> {
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  const graph = await output(Deno.execPath(), "info", "--json", "cmd/hm9000.ts");
  const commit = await output("git", "rev-parse", "HEAD");
  const changes = await output("git", "status", "--porcelain");
  const time = await output("git", "show", "--no-patch", "--format=%cI", "HEAD");
  return {
    version,
    commit: commit === undefined ? "unknown" : `${commit}${changes === "" ? "" : "-dirty"}`,
    time: new Date(time ?? 0).toISOString(),
    packages: await readPackages(JSON.parse(graph ?? "{}") as ModuleGraph, lock.npm),
  };
}

/** The file's text. */
export function buildInfoJson({ commit, packages }: BuildInfo): string {
  const licences = [...packages.values()].map(({ name, version, licence }) => ({
    name,
    version,
    licence,
  }));
  return JSON.stringify({ commit, licences });
}

/** What a program printed; undefined when it is not there or failed. */
async function output(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args, cwd: ROOT, stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
