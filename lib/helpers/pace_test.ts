import { expect } from "expect";
import { Pace } from "./pace.ts";

Deno.test("begin() is regular once in a polling interval, from start to start", () => {
  const pace = new Pace(10_000);
  expect([0, 3_000, 9_999, 10_000, 10_001].map((at) => pace.begin(at)))
    .toEqual(["regular", "extra", "extra", "regular", "extra"]);
  expect(pace.nextRegularAtMs).toBe(20_000);
  expect(pace.begin(27_000)).toBe("regular");
  expect(pace.nextRegularAtMs).toBe(37_000);
});

Deno.test("extraAtMs() gathers what belongs together and keeps passes apart", () => {
  const pace = new Pace(10_000);
  pace.begin(1_000);
  expect(pace.extraAtMs(1_001)).toBe(1_200);
  expect(pace.extraAtMs(5_000)).toBe(5_050);
});
