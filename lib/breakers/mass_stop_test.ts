import { expect } from "expect";
import fc from "fast-check";
import { judgeMassStop, type StopSight } from "./mass_stop.ts";

const config = {
  deaShareMin: 0.6,
  deaFloor: 10,
  deaWindowSeconds: 600,
  stopShareMax: 0.1,
  stopFloor: 50,
};

const sight: StopSight = { due: 0, sentOfLate: 0, instances: 1_000, waived: false };

Deno.test("judgeMassStop() holds above the larger of floor and share, not at it [I6] [B5]", () => {
  const held = (differing: Partial<StopSight>) =>
    judgeMassStop({ ...sight, ...differing }, config) !== undefined;
  expect([held({ due: 100 }), held({ due: 101 })]).toEqual([false, true]);
  expect([held({ due: 50, instances: 60 }), held({ due: 51, instances: 60 })])
    .toEqual([false, true]);
  expect(held({ due: 1_000, waived: true })).toBe(false);
});

Deno.test("judgeMassStop() counts what went out within the interval as of the same pass", () => {
  expect(judgeMassStop({ ...sight, due: 1, sentOfLate: 100 }, config))
    .toMatch(/101 of 1000 instances .* 100 of which have gone out/);
  expect(judgeMassStop({ ...sight, due: 0, sentOfLate: 200 }, config)).toBeUndefined();
});

Deno.test("judgeMassStop() never lets more than floor and share go in one interval, and is off at 1", () => {
  fc.assert(
    fc.property(fc.nat(9_999), fc.nat(9_999), fc.nat(9_999), (due, sentOfLate, instances) => {
      const wide = { ...sight, due, sentOfLate, instances };
      const passes = judgeMassStop(wide, config) === undefined;
      expect(passes).toBe(due === 0 || due + sentOfLate <= Math.max(50, 0.1 * instances));
      expect(judgeMassStop(wide, { ...config, stopShareMax: 1 })).toBeUndefined();
    }),
  );
});
