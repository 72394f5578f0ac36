import { expect } from "expect";
import { columns, cut, justify, pad, plainText, toTerminal, widthOf } from "./styled_text.ts";

const LINE = [{ text: "ab", style: "red" }, { text: "●de" }] as const;

Deno.test("widthOf() counts characters, not bytes", () => {
  expect(widthOf(LINE)).toBe(5);
});

Deno.test("cut() keeps what fits and marks what does not", () => {
  const cuts = [6, 5, 4, 3, 2, 1, 0, -1].map((width) => plainText(cut(LINE, width)));
  expect(cuts).toEqual(["ab●de", "ab●de", "ab●…", "ab…", "a…", "…", "", ""]);
});

Deno.test("pad() fills up to the width and never beyond", () => {
  expect(plainText(pad(LINE, 7))).toBe("ab●de  ");
  expect(plainText(pad(LINE, 3))).toBe("ab●de");
});

Deno.test("justify() puts two texts at both ends, or the left one alone", () => {
  const right = [{ text: "xy" }];
  const texts = [10, 8, 7].map((width) => plainText(justify(LINE, right, { width })));
  expect(texts).toEqual(["ab●de   xy", "ab●de xy", "ab●de"]);
});

Deno.test("columns() lays out as many cells a row as fit, one at least", () => {
  const cells = ["a", "bbb", "cc"].map((text) => [{ text }]);
  const rows = (width: number) => columns(cells, { width }).map((row) => plainText(row).trimEnd());
  expect(rows(13)).toEqual(["a    bbb  cc"]);
  expect(rows(12)).toEqual(["a    bbb", "cc"]);
  expect(rows(1)).toEqual(["a", "bbb", "cc"]);
  expect(columns([], { width: 80 })).toEqual([]);
});

Deno.test("toTerminal() writes escape sequences only when colors are wanted", () => {
  expect(toTerminal(LINE, { colors: true })).toBe("\x1b[31mab\x1b[0m●de");
  expect(toTerminal(LINE, { colors: false })).toBe("ab●de");
});
