import { expect } from "expect";
import { JsonReader, parseJson } from "./json_reader.ts";
import { ParseError } from "./parse_error.ts";

const reader = new JsonReader(
  "thing",
  JSON.parse(`{
  "text": "a", "whole": 3, "part": 1.5, "yes": true, "list": [1], "inner": {"deep": "x"},
  "nothing": null, "MixedCase": "m", "zero": -0
}`),
);

Deno.test("JsonReader reads every type by name", () => {
  expect(reader.string("text")).toBe("a");
  expect(reader.integer("whole")).toBe(3);
  expect(reader.number("part")).toBe(1.5);
  expect(reader.boolean("yes")).toBe(true);
  expect(reader.array("list")).toEqual([1]);
  expect(reader.object("inner").string("deep")).toBe("x");
  expect(Object.is(reader.integer("zero"), 0)).toBe(true);
});

Deno.test("JsonReader gives zero values for what is missing or null, but no objects", () => {
  for (const field of ["nothing", "missing"]) {
    expect(reader.string(field)).toBe("");
    expect(reader.integer(field)).toBe(0);
    expect(reader.number(field)).toBe(0);
    expect(reader.boolean(field)).toBe(false);
    expect(reader.array(field)).toEqual([]);
    expect(reader.has(field)).toBe(false);
    expect(() => reader.object(field)).toThrow(`Cannot read thing: ${field}: `);
  }
});

Deno.test("JsonReader matches names without regard to case", () => {
  expect(reader.string("mixedcase")).toBe("m");
  expect(reader.has("TEXT")).toBe(true);
});

Deno.test("JsonReader sees own fields only", () => {
  const hostile = new JsonReader("thing", JSON.parse('{"__proto__":{"text":"evil"}}'));
  expect(hostile.string("text")).toBe("");
  expect(hostile.has("toString")).toBe(false);
  expect(hostile.entries().map(([name]) => name)).toEqual(["__proto__"]);
});

Deno.test("JsonReader refuses wrong types, and says where", () => {
  const wrong: readonly (readonly [read: () => unknown, problem: string])[] = [
    [() => reader.string("whole"), "whole: 3 is not a string"],
    [() => reader.integer("part"), "part: 1.5 is not a whole number"],
    [() => reader.integer("text"), 'text: "a" is not a number'],
    [() => reader.number("yes"), "yes: true is not a number"],
    [() => reader.boolean("whole"), "whole: 3 is not true or false"],
    [() => reader.array("inner"), "inner: an object is not an array"],
    [() => reader.object("list"), "list: an array of 1 is not a JSON object"],
    [() => reader.object("inner").integer("deep"), 'inner.deep: "x" is not a number'],
  ];
  for (const [read, problem] of wrong) expect(read).toThrow(`Cannot read thing: ${problem}`);
});

Deno.test("JsonReader takes safe whole numbers only", () => {
  const large = new JsonReader("thing", { at: 2 ** 53 - 1, over: 2 ** 53, endless: Infinity });
  expect(large.integer("at")).toBe(2 ** 53 - 1);
  expect(() => large.integer("over")).toThrow("is not a whole number");
  expect(() => large.number("endless")).toThrow("Infinity is not a number");
});

Deno.test("parseJson() refuses what is not JSON or not UTF-8, keeping the cause", () => {
  for (const input of ["", "{", "{'a':1}", new Uint8Array([0x22, 0xc3, 0x22])]) {
    let error: unknown;
    try {
      parseJson("thing", input);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).cause).toBeInstanceOf(Error);
  }
});

Deno.test("parseJson() reads bytes from anywhere in a buffer, ASCII or not", () => {
  for (const text of ["a", "abcdefghi", "né", "日本", "x".repeat(50) + "é"]) {
    for (let offset = 0; offset < 9; offset += 1) {
      const json = new TextEncoder().encode(JSON.stringify(text));
      const buffer = new Uint8Array(json.length + 20).fill(0xff);
      buffer.set(json, offset);
      expect(parseJson("thing", buffer.subarray(offset, offset + json.length))).toBe(text);
    }
  }
});

Deno.test("parseJson() refuses bytes that are not UTF-8, wherever they are", () => {
  for (let at = 1; at < 12; at += 1) {
    const json = new TextEncoder().encode(JSON.stringify("x".repeat(11)));
    json[at] = 0xff;
    expect(() => parseJson("thing", json)).toThrow("not UTF-8");
  }
});
