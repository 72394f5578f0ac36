import { expect } from "expect";
import fc from "fast-check";
import { INSTANCE_STATES } from "../../lib/models/instance_heartbeat.ts";
import { type FirstInstance, type Obedience, type Tick, ValueWorld } from "./value_world.ts";

const OBEDIENCE = fc.constantFrom<Obedience>(0, 0, 1, 2, Infinity);
const INSTANCES: fc.Arbitrary<FirstInstance[]> = fc.array(
  fc.record({
    index: fc.nat(3),
    state: fc.constantFrom(...INSTANCE_STATES),
    obedience: OBEDIENCE,
    comesUp: fc.boolean(),
  }),
  { maxLength: 8 },
);
const TICK: fc.Arbitrary<Tick> = fc.record({
  analyzes: fc.boolean(),
  sends: fc.boolean(),
  desired: fc.option(fc.nat(4), { nil: undefined, freq: 9 }),
  obedience: OBEDIENCE,
  comesUp: fc.boolean(),
});
const WORLD = fc.record({
  desired: fc.nat(4),
  instances: INSTANCES,
  ticks: fc.array(TICK, { minLength: 10, maxLength: 80 }),
});
const OBEDIENT: Tick = { analyzes: true, sends: true, obedience: 0, comesUp: true };

Deno.test("no stop empties a desired index, no start doubles one, nothing is queued twice, over any interleaving [I1] [I3] [I4] [I19] [HAZ-09]", () => {
  fc.assert(
    fc.property(WORLD, ({ desired, instances, ticks }) => {
      const world = new ValueWorld(desired, instances);
      for (const tick of ticks) world.tick(tick);
      expect(world.broken).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("an app whose DEAs obey becomes as desired, whatever it began with, and then nothing more is queued [I18] [I19]", () => {
  const obedient = INSTANCES.map((all) =>
    all.map((one) => ({ ...one, obedience: 0 as const, comesUp: true }))
  );
  fc.assert(
    fc.property(fc.nat(4), obedient, (desired, instances) => {
      const world = new ValueWorld(desired, instances);
      for (let tick = 0; tick < 120; tick += 1) world.tick(OBEDIENT);
      expect(world.broken).toEqual([]);
      if (instances.some(({ state }) => state === "CRASHED")) return; // They go on being reported.
      expect([world.whole, world.queued]).toEqual([true, 0]);
    }),
    { numRuns: 500 },
  );
});
