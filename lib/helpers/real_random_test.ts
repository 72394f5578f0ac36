import { expect } from "expect";
import { RealRandom } from "./real_random.ts";

const draws = 2_000;

Deno.test("RealRandom.uuid() draws version 4 UUIDs, each once", () => {
  const random = new RealRandom();
  const uuids = Array.from({ length: draws }, () => random.uuid());
  expect(new Set(uuids).size).toBe(draws);
  expect(uuids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

Deno.test("RealRandom.leaseId() draws whole numbers from 1 to 2^52 - 1", () => {
  const random = new RealRandom();
  const ids = Array.from({ length: draws }, () => random.leaseId());
  expect(ids.every((id) => Number.isSafeInteger(id) && id >= 1 && id < 2 ** 52)).toBe(true);
  expect(new Set(ids).size).toBe(draws);
  expect(ids.some((id) => id > 2 ** 50)).toBe(true);
});

Deno.test("RealRandom.fraction() spreads over 0 (inclusive) to 1 (exclusive)", () => {
  const random = new RealRandom();
  const fractions = Array.from({ length: draws }, () => random.fraction());
  expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
  for (const tenth of [0, 0.3, 0.6, 0.9]) {
    expect(fractions.some((fraction) => fraction >= tenth && fraction < tenth + 0.1)).toBe(true);
  }
});
