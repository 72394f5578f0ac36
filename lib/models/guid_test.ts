import { expect } from "expect";
import { isGuid, requireGuid } from "./guid.ts";
import { requireInstanceIndex } from "./instance_index.ts";

Deno.test("isGuid() takes 1 to 200 characters of its alphabet and nothing else", () => {
  for (const guid of ["a", "A-Z_0.9:x", "a".repeat(200)]) expect(isGuid(guid)).toBe(true);
  for (const text of ["", "a".repeat(201), "a/b", "a,b", "a b", "a\n", "\0", "é", "a%2f", "𝒶"]) {
    expect(isGuid(text)).toBe(false);
  }
});

Deno.test("requireGuid() says what is wrong, briefly", () => {
  expect(() => requireGuid("heartbeat", "dea", "a/b")).toThrow(
    'Cannot read heartbeat: dea: "a/b" is not a guid (1 to 200 of A-Z a-z 0-9 _ . : -)',
  );
  expect(() => requireGuid("heartbeat", "dea", "x".repeat(1e6))).toThrow("… (1000000 characters)");
});

Deno.test("requireInstanceIndex() takes whole numbers from 0 to 999,999", () => {
  expect(requireInstanceIndex("start", "index", 999_999)).toBe(999_999);
  for (const index of [-1, 1_000_000, 0.5, NaN, Infinity, 2 ** 53]) {
    expect(() => requireInstanceIndex("start", "index", index))
      .toThrow(`${index} is not an index (0 to 999999)`);
  }
});
