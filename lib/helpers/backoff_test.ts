import { expect } from "expect";
import fc from "fast-check";
import { FakeRandom } from "../../test_helpers/fake_random.ts";
import { backoffDelayMs } from "./backoff.ts";

const random = (fraction: number) => Object.assign(new FakeRandom(), { fraction: () => fraction });

Deno.test("backoffDelayMs() doubles up to its limit", () => {
  const options = { baseMs: 100, maxMs: 1_000, random: random(1) };
  const delays = [1, 2, 3, 4, 5, 6].map((failures) => backoffDelayMs(failures, options));
  expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

Deno.test("backoffDelayMs() takes between half of the delay and all of it", () => {
  const delay = (fraction: number) =>
    backoffDelayMs(1, { baseMs: 100, maxMs: 1_000, random: random(fraction) });
  expect([delay(0), delay(0.5)]).toEqual([50, 75]);
});

Deno.test("backoffDelayMs() stays within its limits after any number of failures", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (failures, fraction) => {
      const delayMs = backoffDelayMs(failures, {
        baseMs: 10,
        maxMs: 500,
        random: random(fraction),
      });
      expect(delayMs).toBeGreaterThanOrEqual(5);
      expect(delayMs).toBeLessThanOrEqual(500);
    },
  ));
});
