import { expect } from "expect";
import { brokenLinks } from "./broken_links.ts";

const exists = (path: string) => path === "docs/a.md";

Deno.test("brokenLinks() follows links from where their page stands", () => {
  const text = "[a](../a.md) [b](../a.md#part) [c](a.md)";
  expect(brokenLinks([{ path: "docs/how_to/p.md", text }], exists)).toEqual([
    "docs/how_to/p.md: a.md",
  ]);
});

Deno.test("brokenLinks() leaves the web and parts of the same page alone", () => {
  const text = "[a](https://example.com/x) [b](#part)";
  expect(brokenLinks([{ path: "README.md", text }], exists)).toEqual([]);
});
