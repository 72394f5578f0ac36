import { expect } from "expect";
import fc from "fast-check";
import { appKey, parseAppKey } from "./app_key.ts";
import { ParseError } from "./parse_error.ts";

Deno.test("appKey() joins guid and version with a comma [APP-01] [MOD-06] [MOD-15] [REG-51]", () => {
  expect(appKey({ appGuid: "abc", appVersion: "123" })).toBe("abc,123");
  expect(appKey({ appGuid: "XYZ-ABC", appVersion: "DEF-123" })).toBe("XYZ-ABC,DEF-123");
});

Deno.test("parseAppKey() gives back what appKey() joined, whatever the guids [HAZ-16]", () => {
  const guid = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,200}$/);
  fc.assert(fc.property(guid, guid, (appGuid, appVersion) => {
    expect(parseAppKey(appKey({ appGuid, appVersion }))).toEqual({ appGuid, appVersion });
  }));
});

for (const key of ["", ",", "a", "a,", ",b", "a,b,c", "a/b,c", "a,b\n", "a, b", "ä,b"]) {
  Deno.test(`parseAppKey() refuses ${JSON.stringify(key)}`, () => {
    expect(() => parseAppKey(key)).toThrow(ParseError);
  });
}
