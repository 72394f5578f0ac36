import { expect } from "expect";
import { FakeTimeError, parseFakeTimeSetting, parseUnixSeconds } from "./fake_time_setting.ts";

Deno.test("parseFakeTimeSetting() takes whole Unix seconds [CLI-07]", () => {
  expect(parseFakeTimeSetting("1393632000")).toEqual({ kind: "fixed", seconds: 1393632000 });
  expect(parseFakeTimeSetting("0")).toEqual({ kind: "fixed", seconds: 0 });
});

Deno.test("parseFakeTimeSetting() takes the path of a file after an @", () => {
  expect(parseFakeTimeSetting("@/run/now")).toEqual({ kind: "file", path: "/run/now" });
});

Deno.test("parseFakeTimeSetting() means the real clock when unset or empty", () => {
  expect(parseFakeTimeSetting(undefined)).toEqual({ kind: "real" });
  expect(parseFakeTimeSetting("")).toEqual({ kind: "real" });
});

Deno.test("parseFakeTimeSetting() refuses anything else, and quotes it [CLI-07]", () => {
  for (const value of ["soon", "1.5", "-1", "1e3", "0x10", "12a", "@", " ", "253402300800"]) {
    expect(() => parseFakeTimeSetting(value)).toThrow(FakeTimeError);
    expect(() => parseFakeTimeSetting(value)).toThrow(`"${value}"`);
  }
});

Deno.test("parseUnixSeconds() forgives the newline an editor or echo leaves", () => {
  expect(parseUnixSeconds("120\n")).toBe(120);
  expect(parseUnixSeconds("")).toBe(undefined);
});
