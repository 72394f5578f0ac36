import { expect } from "expect";
import { normalizeArgs } from "./_normalize_args.ts";

Deno.test("normalizeArgs() takes long flags with one dash or two", () => {
  expect(normalizeArgs(["analyzer", "-config=a.yml", "--once", "-config", "b.yml", "-h"])).toEqual([
    "analyzer",
    "--config=a.yml",
    "--once",
    "--config",
    "b.yml",
    "-h",
  ]);
});

Deno.test("normalizeArgs() leaves values alone", () => {
  expect(normalizeArgs(["--config=-odd-name.yml", "-", "--", "-5"])).toEqual([
    "--config=-odd-name.yml",
    "-",
    "--",
    "-5",
  ]);
});
