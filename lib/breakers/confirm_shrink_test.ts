import { expect } from "expect";
import { ParseError } from "../models/parse_error.ts";
import {
  isConfirmed,
  parseShrinkMemory,
  rememberShrink,
  type ShrinkMemory,
  shrinkMemoryToJson,
} from "./confirm_shrink.ts";

Deno.test("a shrink is confirmed by so many fetches in a row that lose the same apps", () => {
  let memory: ShrinkMemory | undefined;
  const fetch = (...lost: string[]) => {
    const next = rememberShrink(memory, lost);
    memory = parseShrinkMemory(shrinkMemoryToJson(next));
    return isConfirmed(next, 3);
  };
  expect([fetch("a", "b"), fetch("a", "b"), fetch("a", "b"), fetch("a", "b")])
    .toEqual([false, false, true, true]);
  expect([fetch("a"), fetch("a"), fetch("ab"), fetch("a"), fetch("a"), fetch("a")])
    .toEqual([false, false, false, false, false, true]);
});

Deno.test("a shrink is never confirmed when no number of fetches is configured", () => {
  expect(isConfirmed({ lost: "1-0", fetches: 1_000 }, 0)).toBe(false);
});

Deno.test("rememberShrink() tells lists of apps apart", () => {
  const lists = [[], ["a"], ["b"], ["a", "b"], ["ab"], ["b", "a"]];
  const marks = lists.map((list) => rememberShrink(undefined, list).lost);
  expect(new Set(marks).size).toBe(lists.length);
});

for (const broken of ["", "[]", '{"lost":1}', '{"fetches":"x"}']) {
  Deno.test(`parseShrinkMemory() refuses ${broken || "nothing"}`, () => {
    expect(() => parseShrinkMemory(broken)).toThrow(ParseError);
  });
}
