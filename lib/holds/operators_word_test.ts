import { expect } from "expect";
import { OperatorsWordError, type SaidWord, takeWord } from "./operators_word.ts";

const said: SaidWord = { by: "ada", reason: "moving a rack", seconds: 60, secondsMax: 3_600 };

Deno.test("takeWord() takes who, why and for how long, trimmed [S20]", () => {
  expect(takeWord({ ...said, reason: "  moving a rack " }))
    .toEqual({ by: "ada", reason: "moving a rack", seconds: 60 });
  expect(takeWord({ ...said, seconds: 3_600 }).seconds).toBe(3_600);
});

const REFUSED: [what: string, said: Partial<SaidWord>, message: RegExp][] = [
  ["nobody", { by: undefined }, /--by/],
  ["an empty name", { by: " " }, /--by/],
  ["no reason", { reason: "" }, /--reason/],
  ["a reason of blanks", { reason: " \t" }, /--reason/],
  ["a line break", { reason: "a\nb" }, /line breaks/],
  ["what moves a cursor", { by: "a\u001b[2J" }, /control characters/],
  ["what turns text around", { reason: "a\u202eb" }, /control characters/],
  ["a long reason", { reason: "a".repeat(501) }, /at most 500/],
  ["a long name", { by: "a".repeat(101) }, /at most 100/],
  ["longer than may be", { seconds: 3_601 }, /at most 1h/],
  ["no time at all", { seconds: 0 }, /0s/],
];

for (const [what, refused, message] of REFUSED) {
  Deno.test(`takeWord() refuses ${what}`, () => {
    expect(() => takeWord({ ...said, ...refused })).toThrow(OperatorsWordError);
    expect(() => takeWord({ ...said, ...refused })).toThrow(message);
  });
}
