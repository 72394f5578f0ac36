import { expect } from "expect";
import fc from "fast-check";
import { crashDelaySeconds } from "./crash_delay.ts";

const DEFAULTS = {
  crashesBeforeBackoff: 3,
  startingBackoffSeconds: 30,
  maximumBackoffSeconds: 960,
};

const DEFAULT_DELAYS = [
  ["CRA-04", 0, 0],
  ["CRA-05", 1, 0],
  ["CRA-06", 2, 0],
  ["CRA-07", 3, 30],
  ["CRA-08", 4, 60],
  ["CRA-09", 5, 120],
  ["CRA-10", 6, 240],
  ["CRA-11", 7, 480],
  ["CRA-12", 8, 960],
  ["CRA-13", 9, 960],
  ["CRA-13", 10, 960],
  ["CRA-13", 10_000, 960],
  ["CRA-13", Number.MAX_SAFE_INTEGER, 960],
] as const;

for (const [id, count, seconds] of DEFAULT_DELAYS) {
  Deno.test(`crashDelaySeconds() is ${seconds} s after ${count} crashes [${id}]`, () => {
    expect(crashDelaySeconds(count, DEFAULTS)).toBe(seconds);
  });
}

Deno.test("crashDelaySeconds() reaches a limit that is no power of two times the start [CRA-14]", () => {
  const config = { ...DEFAULTS, maximumBackoffSeconds: 950 };
  expect([7, 8, 9].map((count) => crashDelaySeconds(count, config))).toEqual([480, 950, 950]);
});

Deno.test("crashDelaySeconds() with a limit of two steps [CRA-15]", () => {
  const config = { ...DEFAULTS, maximumBackoffSeconds: 60 };
  expect(Array.from({ length: 11 }, (_, count) => crashDelaySeconds(count, config)))
    .toEqual([0, 0, 0, 30, 60, 60, 60, 60, 60, 60, 60]);
});

Deno.test("crashDelaySeconds() is the original's formula [CRA-16]", () => {
  fc.assert(fc.property(
    fc.nat(50),
    fc.nat(10),
    fc.integer({ min: 1, max: 500 }),
    fc.integer({ min: 1, max: 64 }),
    (count, threshold, start, factor) => {
      const max = start * factor;
      const original = count < threshold
        ? 0
        : count > Math.trunc(Math.log2(max / start) + threshold)
        ? max
        : start * 2 ** (count - threshold);
      expect(crashDelaySeconds(count, {
        crashesBeforeBackoff: threshold,
        startingBackoffSeconds: start,
        maximumBackoffSeconds: max,
      })).toBe(original);
    },
  ));
});

Deno.test("crashDelaySeconds() without a starting delay is never one, however many the crashes", () => {
  expect(crashDelaySeconds(5_000, { ...DEFAULTS, startingBackoffSeconds: 0 })).toBe(0);
});

Deno.test("crashDelaySeconds() never falls, never exceeds the limit, and is always a number", () => {
  const config = fc.record({
    crashesBeforeBackoff: fc.nat(20),
    startingBackoffSeconds: fc.nat(10_000),
    maximumBackoffSeconds: fc.nat(10_000),
  });
  fc.assert(fc.property(fc.nat(5_000), config, (count, settings) => {
    const delay = crashDelaySeconds(count, settings);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(settings.maximumBackoffSeconds);
    expect(crashDelaySeconds(count + 1, settings)).toBeGreaterThanOrEqual(delay);
  }));
});
