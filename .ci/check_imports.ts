/**
 * `deno task check_imports`: reports import cycles and imports that cross a border the wrong way, over
 * every source of the repository. Exits 1 when there is any.
 *
 * @module
 */

import { checkGraph, type ModuleInfo } from "./import_graph.ts";

const ROOT = new URL("../", import.meta.url);

/** Where sources stand; a folder that is not there yet holds none. */
const PLACES = ["mod.ts", "cmd", "lib", "test_helpers", "mcat", ".ci"];

/** The `file:` URLs of all TypeScript files at or below `place`. */
async function sources(place: URL): Promise<string[]> {
  const info = await Deno.stat(place).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (info === undefined) return [];
  if (info.isFile) return place.pathname.endsWith(".ts") ? [place.href] : [];
  const found: string[] = [];
  for await (const entry of Deno.readDir(place)) {
    found.push(...await sources(new URL(`${place.href.replace(/\/?$/, "/")}${entry.name}`)));
  }
  return found;
}

/** What `deno info` knows of `files` and of everything that they import. */
async function moduleInfo(files: readonly string[]): Promise<ModuleInfo> {
  const folder = await Deno.makeTempDir();
  try {
    const entry = `${folder}/all.ts`;
    await Deno.writeTextFile(entry, files.map((file) => `import "${file}";\n`).join(""));
    const config = new URL("deno.json", ROOT).pathname;
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--frozen", "--config", config, entry],
      stderr: "inherit",
    });
    const { success, stdout } = await command.output();
    if (!success) throw new Error("Cannot read the import graph: deno info failed, see above");
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const files = (await Promise.all(PLACES.map((place) => sources(new URL(place, ROOT))))).flat();
  const report = checkGraph(await moduleInfo(files), ROOT.href);
  report.problems.forEach((problem) => console.error(problem));
  console.log(`Checked the imports of ${report.files} files: ${report.problems.length} problems`);
  if (report.files < files.length) {
    throw new Error(
      `Cannot check all imports: ${files.length} files, deno info saw ${report.files}`,
    );
  }
  if (report.problems.length > 0) Deno.exit(1);
}
