/**
 * `deno task docs [--check]`: writes the pages of `docs/reference` that are made from the sources, or, with
 * `--check`, fails when one of them is not what it would be made, when a link of any page is broken, or a
 * block of commands does not say whether it is to be run.
 *
 * @module
 */

import { openapiDocument } from "../lib/api/v1/openapi.ts";
import { V1_ROUTES } from "../lib/api/v1/v1_routes.ts";
import { configKeys } from "../lib/config/config_keys.ts";
import { configSchemaJson } from "../lib/config/config_schema_json.ts";
import { retiredKeys } from "../lib/config/retired_keys.ts";
import { METRICS } from "../lib/helpers/metric_catalog.ts";
import { blockProblems } from "./doc_commands/blocks.ts";
import { readPages } from "./doc_commands/pages.ts";
import { renderApiReference } from "./reference/api_reference.ts";
import { brokenLinks, type Page } from "./reference/broken_links.ts";
import { renderConfigReference } from "./reference/config_reference.ts";
import { renderMetricsReference } from "./reference/metrics_reference.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Runs this Deno and gives what it printed; `input` is what it reads. */
async function deno(args: readonly string[], input = ""): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  const process = command.spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error(`Cannot run deno ${args.join(" ")}: it failed, see above`);
  return new TextDecoder().decode(stdout);
}

/** The pages as they should be. The command line is asked for its own, since it is private to `cmd`. */
async function makePages(): Promise<Page[]> {
  const schema = configSchemaJson();
  const config = renderConfigReference({ keys: configKeys(), schema, retired: retiredKeys });
  const api = openapiDocument(V1_ROUTES, { version: "" });
  const raw = [
    { path: "docs/reference/configuration.md", text: config },
    { path: "docs/reference/api.md", text: renderApiReference(api) },
    { path: "docs/reference/figures.md", text: renderMetricsReference(METRICS) },
    {
      path: "docs/reference/command_line.md",
      text: await deno(["run", "--quiet", "--allow-env", "cmd/_cli_reference.ts"]),
    },
  ];
  return await Promise.all(raw.map(async ({ path, text }) => ({
    path,
    text: await deno(["fmt", "--ext=md", "-"], text),
  })));
}

function exists(path: string): boolean {
  try {
    Deno.statSync(`${ROOT}${path}`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function check(made: readonly Page[]): Promise<readonly string[]> {
  const stored = await readPages();
  const drifted = made.filter(({ path, text }) =>
    stored.find((page) => page.path === path)?.text !== text
  );
  return [
    ...drifted.map(({ path }) => `${path} is not what the sources say: run deno task docs`),
    ...stored.flatMap(blockProblems),
    ...brokenLinks(stored, exists).map((link) => `Broken link in ${link}`),
  ];
}

if (import.meta.main) {
  const made = await makePages();
  if (Deno.args.includes("--check")) {
    const problems = await check(made);
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) Deno.exit(1);
  } else {
    for (const { path, text } of made) await Deno.writeTextFile(`${ROOT}${path}`, text);
  }
}
