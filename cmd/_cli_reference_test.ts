import { expect } from "expect";
import { renderCliReference } from "./_cli_reference.ts";
import { createProgram } from "./_program.ts";

const page = renderCliReference(createProgram({ exitCode: 0 }));

Deno.test("renderCliReference() shows aliases, arguments, options and defaults", () => {
  expect(page).toContain("Also called `analyze`.");
  expect(page).toContain("`hm9000 explain <app_guid> [app_version] [options]`");
  expect(page).toContain("- `--config <path>`: configuration file, YAML or JSON (required)");
  expect(page).toContain("- `--apps <n>`: how many apps (12)");
});

Deno.test("renderCliReference() has a section for every command, and hides what --help hides", () => {
  const headings = page.split("\n").filter((line) => line.startsWith("## "));
  expect(headings).toContain("## hm9000 config schema");
  expect(headings).not.toContain("## hm9000 config");
  const listener = page.slice(page.indexOf("## hm9000 actual"), page.indexOf("## hm9000 desired"));
  expect(listener).not.toContain("--once");
});
