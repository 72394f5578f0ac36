import { Buffer } from "node:buffer";
import { expect } from "expect";
import { SeededRandom } from "../simulation/seeded_random.ts";
import { Mutator } from "./mutator.ts";
import { bytesOf } from "./target.ts";

const SEEDS = ['{"a":12}', "other"].map(bytesOf);

function inputs(seed: number, count: number, seeds = SEEDS): Uint8Array[] {
  const random = new SeededRandom(seed);
  const mutator = new Mutator({ random, seeds, dictionary: ["WORD", "\u2028", "\u00ff"] });
  return Array.from({ length: count }, () => mutator.next());
}

Deno.test("Mutator makes the same inputs from the same seed, and others from another", () => {
  expect(inputs(1, 50)).toEqual(inputs(1, 50));
  expect(inputs(1, 50)).not.toEqual(inputs(2, 50));
});

Deno.test("Mutator makes some inputs that are as the seeds, and many that are not", () => {
  const texts = inputs(1, 1_000).map((input) => new TextDecoder().decode(input));
  const same = texts.filter((text) => text === '{"a":12}' || text === "other").length;
  expect(same).toBeGreaterThan(50);
  expect(new Set(texts).size).toBeGreaterThan(500);
});

Deno.test("Mutator puts words in, in place of numbers too, nests, and leaves bytes that are no text", () => {
  const texts = inputs(1, 2_000).map((input) => Buffer.from(input).toString("latin1"));
  for (
    const sign of ['{"a":WORD}', "\u00e2\u0080\u00a8", "\u00ff", "[[[[", '{"a":{"a":', "otherother"]
  ) {
    expect([sign, texts.some((text) => text.includes(sign))]).toEqual([sign, true]);
  }
});

Deno.test("Mutator makes nothing longer than 8,192 bytes, and something of nothing", () => {
  const lengths = inputs(1, 2_000, [new Uint8Array(8_000), new Uint8Array()]).map((i) => i.length);
  expect(Math.max(...lengths)).toBe(8_192);
  expect(Math.min(...lengths)).toBe(0);
});
