import { expect } from "expect";
import { VERSION } from "./_version.ts";

Deno.test("VERSION is the one in deno.json", async () => {
  const manifest = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  expect(JSON.parse(manifest).version).toBe(VERSION);
});
