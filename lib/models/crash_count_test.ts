import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { crashCountToWire, parseCrashCount } from "./crash_count.ts";
import { ParseError } from "./parse_error.ts";

const count = new AppFixture().crashCount(1, 12);

Deno.test("crashCountToWire() writes the original's fields, parseCrashCount() reads them [MOD-16]", () => {
  const wire = crashCountToWire(count);
  expect(wire).toEqual({
    "droplet": "app",
    "version": "app-version",
    "instance_index": 1,
    "crash_count": 12,
    "created_at": 0,
  });
  expect(parseCrashCount(JSON.stringify(wire))).toEqual(count);
});

const BROKEN = [
  "",
  "null",
  "[]",
  "{}",
  '{"droplet":"app","version":"v","instance_index":1.5}',
  '{"droplet":"app","version":"v","crash_count":-1}',
  '{"droplet":"app","version":"v","crash_count":"3"}',
  '{"droplet":"a,b","version":"v"}',
];

for (const json of BROKEN) {
  Deno.test(`parseCrashCount() refuses ${json} [MOD-22]`, () => {
    expect(() => parseCrashCount(json)).toThrow(ParseError);
  });
}
