import { expect } from "expect";
import fc from "fast-check";
import { ParseError } from "../models/parse_error.ts";
import {
  type DeaMemory,
  deaMemoryToJson,
  judgeDeaLoss,
  NO_DEA_MEMORY,
  parseDeaMemory,
} from "./dea_loss.ts";

const config = {
  deaShareMin: 0.6,
  deaFloor: 10,
  deaWindowSeconds: 600,
  stopShareMax: 0.1,
  stopFloor: 50,
};

/** A platform that is looked at every ten seconds. */
class Watched {
  memory: DeaMemory = NO_DEA_MEMORY;
  reason: string | undefined;
  now = 1_000;
  readonly #config: typeof config;

  constructor(overrides: Partial<typeof config> = {}) {
    this.#config = { ...config, ...overrides };
  }

  see(
    deas: number,
    options: { readonly waived?: boolean; readonly seconds?: number } = {},
  ): boolean {
    const { waived = false, seconds = 10 } = options;
    this.now += seconds;
    const sight = { memory: this.memory, deas, now: this.now, waived };
    const { memory, reason } = judgeDeaLoss(sight, this.#config);
    // As after a restart: what is remembered is what was stored.
    this.memory = parseDeaMemory(deaMemoryToJson(memory));
    this.reason = reason;
    return reason !== undefined;
  }
}

Deno.test("judgeDeaLoss() holds starts below the share of the peak, not at it [I6] [F23]", () => {
  const platform = new Watched();
  expect([platform.see(100), platform.see(60), platform.see(59)]).toEqual([false, false, true]);
  expect(platform.reason).toMatch(/only 59 of 100 DEAs are present, fewer than 60 %/);
});

Deno.test("judgeDeaLoss() lets a tenth of the DEAs go, and rolling losses of a few [F23]", () => {
  const platform = new Watched();
  const tripped = [100, 90, 91, 82, 84, 76, 100, 61].map((deas) => platform.see(deas));
  expect(tripped).not.toContain(true);
});

Deno.test("judgeDeaLoss() never holds while a platform comes up", () => {
  const platform = new Watched();
  fc.assert(fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), (arrivals) => {
    let deas = 0;
    for (const more of arrivals) expect(platform.see(deas += more)).toBe(false);
    platform.memory = NO_DEA_MEMORY;
  }));
});

Deno.test("judgeDeaLoss() never holds on a platform of so few that the floor covers all", () => {
  fc.assert(fc.property(fc.array(fc.nat(9), { minLength: 1 }), (counts) => {
    const platform = new Watched();
    for (const deas of counts) expect(platform.see(deas)).toBe(false);
  }));
});

Deno.test("judgeDeaLoss() holds exactly when floor and share are both passed, and lets go on recovery", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000), (peak, rest) => {
    const platform = new Watched();
    platform.see(peak);
    const deas = Math.min(rest, peak);
    expect(platform.see(deas)).toBe(peak - deas >= 10 && deas < 0.6 * peak);
    expect(platform.see(Math.ceil(0.6 * peak))).toBe(false);
  }));
});

Deno.test("judgeDeaLoss() holds for as long as it takes, however long, and over restarts [I6]", () => {
  const platform = new Watched();
  platform.see(100);
  expect(platform.see(40)).toBe(true);
  for (let hour = 0; hour < 24; hour += 1) expect(platform.see(40, { seconds: 3_600 })).toBe(true);
  expect(platform.see(59)).toBe(true);
  expect(platform.see(60)).toBe(false);
});

Deno.test("judgeDeaLoss() forgets a peak that is older than the window", () => {
  const platform = new Watched();
  platform.see(100);
  platform.see(70, { seconds: 300 });
  // 40 of 70 are below the share and 45 are not; 100 are a window ago.
  expect(platform.see(45, { seconds: 400 })).toBe(false);
  expect(platform.see(41)).toBe(true);
});

Deno.test("judgeDeaLoss() lets a waived incident pass, and measures anew from what is left", () => {
  const platform = new Watched();
  platform.see(100);
  expect(platform.see(40)).toBe(true);
  expect(platform.see(40, { waived: true })).toBe(false);
  expect(platform.see(40)).toBe(false);
  expect(platform.see(20)).toBe(true);
});

Deno.test("judgeDeaLoss() is off at a share of 0", () => {
  const platform = new Watched({ deaShareMin: 0 });
  expect([platform.see(1_000), platform.see(0)]).toEqual([false, false]);
});

Deno.test("judgeDeaLoss() remembers a bounded number of peaks, and does not trip over a clock that jumps [I13]", () => {
  const jumps = fc.record({ deas: fc.integer({ min: 80, max: 100 }), seconds: fc.nat(3_999) });
  fc.assert(fc.property(fc.array(jumps), (looks) => {
    const platform = new Watched();
    for (const { deas, seconds } of looks) {
      expect(platform.see(deas, { seconds })).toBe(false);
      expect(platform.memory.peaks.length).toBeLessThanOrEqual(11);
    }
  }));
});

Deno.test("judgeDeaLoss() writes nothing new while nothing changes", () => {
  const platform = new Watched();
  platform.see(100);
  const { memory } = platform;
  for (let pass = 0; pass < 5; pass += 1) platform.see(99);
  expect(platform.memory).toEqual(memory);
});

for (
  const broken of ["", "[]", '{"peaks":{}}', '{"peaks":[1]}', '{"peaks":[],"tripped_peak":"x"}']
) {
  Deno.test(`parseDeaMemory() refuses ${broken || "nothing"}`, () => {
    expect(() => parseDeaMemory(broken)).toThrow(ParseError);
  });
}
