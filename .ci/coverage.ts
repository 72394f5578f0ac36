/**
 * `deno task coverage [FILE...]`: runs the tests as `deno task test` does, notes which lines of `lib/`
 * they run, and prints the files of which less than 90 % ran, the thinnest first, then the total. It fails
 * when a test does, or when the whole suite runs less than 95 % of `lib/`; picked files are held to no
 * share.
 *
 * Only what runs in the tests' own process counts. Every file of `lib/` is loaded besides, so that one
 * which no test imports is not overlooked.
 *
 * @module
 */

import { coveredShare, parseLcov, renderLineCoverage } from "./line_coverage.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Files below this share are named. */
const FILE_SHARE_MIN = 0.9;

/** What the whole suite has to reach. */
const LIB_SHARE_MIN = 0.95;

/** Runs `deno` to its end; its output goes to the terminal. */
async function runDeno(args: string[]): Promise<boolean> {
  const options: Deno.CommandOptions = { args, cwd: ROOT, stdin: "null" };
  return (await new Deno.Command(Deno.execPath(), options).spawn().status).success;
}

/** Loads every file of `lib/`, noting so in `folder`. */
async function loadLibrary(folder: string): Promise<void> {
  const loader = `${folder}/load_library.ts`;
  const imports = [];
  for await (const path of libraryFiles(`${ROOT}lib`)) {
    imports.push(`import ${JSON.stringify(new URL(path, import.meta.url).href)};\n`);
  }
  await Deno.writeTextFile(loader, imports.join(""));
  const config = `--config=${ROOT}deno.json`;
  if (await runDeno(["run", "-q", "-A", config, `--coverage=${folder}/profiles`, loader])) return;
  throw new Error("Cannot measure the coverage: lib/ cannot be loaded");
}

async function* libraryFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* libraryFiles(path);
    else if (path.endsWith(".ts") && !path.endsWith("_test.ts")) yield path;
  }
}

/** The LCOV report on `lib/` of the profiles in `folder`. */
async function lcovOf(folder: string): Promise<string> {
  const include = `--include=^file://${ROOT}lib/`;
  const args = ["coverage", "-q", "--lcov", include, "--exclude=_test\\.ts$", `${folder}/profiles`];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot measure the coverage: the profiles cannot be read");
  return new TextDecoder().decode(stdout);
}

/** Tests, loads, reports; the exit code. */
async function main(picked: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-coverage-" });
  try {
    const profiles = [`--coverage=${folder}/profiles`, "--coverage-raw-data-only"];
    const passed = await runDeno(["run", "-q", "-A", ".ci/run_tests.ts", ...profiles, ...picked]);
    await loadLibrary(folder);
    const files = parseLcov(await lcovOf(folder));
    const lines = renderLineCoverage(files, { root: ROOT, fileMin: FILE_SHARE_MIN });
    for (const line of lines) console.log(line);
    return passed && (picked.length > 0 || coveredShare(files) >= LIB_SHARE_MIN) ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
