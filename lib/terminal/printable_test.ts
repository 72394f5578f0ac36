import { expect } from "expect";
import { printable } from "./printable.ts";

Deno.test("printable() spells out what a terminal would obey", () => {
  const hostile = "a\x1b[2J\x9b1m\r\n\t\x07\u202eb\u2066\ufeff\ud800";
  const harmless = printable(hostile);
  expect(harmless).toBe(
    "a\\u001b[2J\\u009b1m\\u000d\\u000a\\u0009\\u0007\\u202eb\\u2066\\ufeff\\ud800",
  );
});

Deno.test("printable() leaves what can be read alone, and cuts what is very long", () => {
  expect(printable("käse-😀-app")).toBe("käse-😀-app");
  expect(printable("x".repeat(500))).toBe(`${"x".repeat(200)}…`);
  expect(printable("abcdef", 3)).toBe("abc…");
});
