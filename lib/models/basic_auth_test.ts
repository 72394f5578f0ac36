import { expect } from "expect";
import fc from "fast-check";
import { decodeBasicAuth, encodeBasicAuth } from "./basic_auth.ts";
import { ParseError } from "./parse_error.ts";

Deno.test("encodeBasicAuth() is what the Cloud Controller expects [MOD-23]", () => {
  expect(encodeBasicAuth({ user: "mcat", password: "testing" })).toBe("Basic bWNhdDp0ZXN0aW5n");
});

Deno.test("decodeBasicAuth() gives back what was encoded, colons and all [HAZ-21]", () => {
  const user = fc.string({ unit: "grapheme" }).filter((text) => !text.includes(":"));
  fc.assert(fc.property(user, fc.string({ unit: "grapheme" }), (user, password) => {
    expect(decodeBasicAuth(encodeBasicAuth({ user, password }))).toEqual({ user, password });
  }));
});

const REFUSED = [
  ["no scheme", "bWNhdDp0ZXN0aW5n"],
  ["another scheme", "Bearer bWNhdDp0ZXN0aW5n"],
  ["no colon", `Basic ${btoa("mcat")}`],
  ["a trailing word", "Basic bWNhdDp0ZXN0aW5n extra"],
  ["nothing", ""],
  ["no base64", "Basic ????"],
  ["base64 of impossible length", "Basic bWNhd"],
  ["bytes that are not UTF-8", `Basic ${btoa("\xff:\xfe")}`],
] as const;

for (const [what, header] of REFUSED) {
  Deno.test(`decodeBasicAuth() refuses ${what}, without quoting it [MOD-24]`, () => {
    let error: unknown;
    try {
      decodeBasicAuth(header);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).message).toBe(
      'Cannot read authorization header: it is not "Basic <base64 of user:password>"',
    );
  });
}
