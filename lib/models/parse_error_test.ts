import { expect } from "expect";
import { ParseError, quoteValue } from "./parse_error.ts";

Deno.test("ParseError says what, where and why", () => {
  const error = new ParseError("heartbeat", "droplets[3].index", "-1 is not an index");
  expect(error.message).toBe("Cannot read heartbeat: droplets[3].index: -1 is not an index");
  expect([error.what, error.field, error.name])
    .toEqual(["heartbeat", "droplets[3].index", "ParseError"]);
  expect(new ParseError("heartbeat", "", "not JSON").message)
    .toBe("Cannot read heartbeat: not JSON");
});

Deno.test("ParseError quotes a path that is long or moves cursors: its names may be the sender's", () => {
  const { message } = new ParseError("bulk page", `results.${"a".repeat(500)}`, "no");
  expect(message).toBe(`Cannot read bulk page: "results.${"a".repeat(112)}"… (508 characters): no`);
  expect(new ParseError("bulk page", "results.\x1b[2J", "no").message)
    .toBe('Cannot read bulk page: "results.\\u001b[2J": no');
});

Deno.test("quoteValue() describes what it does not quote", () => {
  expect([null, undefined, true, 1.5, NaN, [1, 2], { a: 1 }].map(quoteValue)).toEqual([
    "null",
    "undefined",
    "true",
    "1.5",
    "NaN",
    "an array of 2",
    "an object",
  ]);
});

Deno.test("quoteValue() shortens text, and does not walk through all of it", () => {
  expect(quoteValue("a".repeat(120))).toBe(`"${"a".repeat(120)}"`);
  expect(quoteValue("a".repeat(121))).toBe(`"${"a".repeat(120)}"… (121 characters)`);
});

Deno.test("quoteValue() lets nothing through that moves a cursor or turns text around", () => {
  const hostile = "a\n\r\t\0\x1b[2J\x7f\x9b2J\u2028\u202e\u2066\ufeff\ud800";
  const quoted = quoteValue(hostile);
  expect(quoted).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(quoted)).toBe(hostile);
});
