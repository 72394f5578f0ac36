import { expect } from "expect";
import { axisTicks, shortNumber, toUnit } from "./plot_axis.ts";

Deno.test("axisTicks() begins a linear axis at 0 and ends it above every value", () => {
  const axis = axisTicks([3, 47], { scale: "linear" });
  expect(axis.ticks.map(({ at }) => at)).toEqual([0, 10, 20, 30, 40, 50]);
  expect([axis.min, axis.max]).toEqual([0, 50]);
});

Deno.test("axisTicks() marks the powers of ten of a logarithmic axis", () => {
  const axis = axisTicks([20, 30_000], { scale: "log" });
  expect(axis.ticks.map(({ label }) => label)).toEqual(["10", "100", "1k", "10k", "100k"]);
});

Deno.test("axisTicks() has an axis for no values and for zero", () => {
  for (const scale of ["linear", "log"] as const) {
    const { min, max } = axisTicks([], { scale });
    expect(max).toBeGreaterThan(min);
  }
  expect(axisTicks([0], { scale: "linear" }).max).toBeGreaterThan(0);
});

Deno.test("toUnit() places a value between the ends, by its logarithm on a logarithmic axis", () => {
  expect(toUnit(25, axisTicks([50], { scale: "linear" }))).toBe(0.5);
  expect(toUnit(100, axisTicks([10, 1000], { scale: "log" }))).toBeCloseTo(0.5, 9);
});

Deno.test("shortNumber() writes thousands and millions short", () => {
  expect([0, 0.25, 128, 1500, 1_000_000, 2.5e9].map(shortNumber)).toEqual([
    "0",
    "0.25",
    "128",
    "1.5k",
    "1M",
    "2.5G",
  ]);
});
