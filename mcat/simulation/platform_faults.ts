/**
 * What happens to DEAs and to apps.
 *
 * @module
 */

import { during, type FaultKind } from "./fault_kind.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { SimulatedDea } from "./simulated_deas.ts";
import type { World } from "./world.ts";

/** Faults of the platform, and what its users do. */
export const PLATFORM_FAULTS: readonly FaultKind[] = [
  {
    name: "a DEA dies and another comes",
    inject: onSomeDea((dea, world, random) => {
      world.deas.kill(dea);
      world.clock.after(random.between(1_000, 60_000), () => world.deas.add());
    }),
  },
  {
    name: "a DEA evacuates and another comes",
    inject: onSomeDea((dea, world) => {
      if (dea.model.isEvacuating) return;
      world.deas.add();
      world.deas.evacuate(dea);
    }),
  },
  {
    name: "a DEA is silent",
    inject: onSomeDea((dea, world, random) => {
      dea.silentUntilMs = world.clock.nowMs + random.between(5_000, 60_000);
    }),
  },
  {
    // Three heartbeats, and a little more or less: whether it is gone is a matter of a second.
    name: "a DEA flaps around its time to live",
    inject: onSomeDea((dea, world, random) => {
      dea.silentUntilMs = world.clock.nowMs + random.between(29_000, 31_000);
    }),
  },
  {
    name: "a DEA is deaf",
    inject: onSomeDea((dea, world, random) => {
      dea.deafUntilMs = world.clock.nowMs + random.between(5_000, 90_000);
    }),
  },
  {
    name: "a DEA is slow",
    inject: onSomeDea((dea, world, random) => {
      dea.slownessMs = random.between(1_000, 40_000);
      world.clock.after(random.between(30_000, 120_000), () => dea.slownessMs = 0);
    }),
  },
  {
    name: "a DEA lies",
    inject: onSomeDea((dea, world, random) => {
      world.deas.lie(dea, random.pick(["ghosts", "borrowed", "garbage"] as const) ?? "ghosts");
      world.clock.after(random.between(20_000, 180_000), () => {
        dea.lie = undefined;
        dea.invented = [];
      });
    }),
  },
  {
    name: "an instance crashes",
    inject: (world, random) => {
      const running = world.deas.instances.filter(({ state }) => state === "RUNNING");
      const instance = random.pick(running);
      if (instance !== undefined) world.deas.crash(instance);
    },
  },
  {
    name: "something runs twice",
    inject: (world, random) => world.duplicateSomething(random),
  },
  { name: "an app is scaled", inject: (world, random) => world.scaleSomething(random) },
  { name: "an app is pushed", inject: (world, random) => world.push(random) },
  { name: "an app is deleted", inject: (world, random) => world.deleteSomething(random) },
  { name: "an operator holds something", inject: (world) => world.holdSomething() },
  {
    name: "most DEAs are silent",
    inject: (world, random) => {
      const silent = world.deas.alive.filter(() => random.chance(0.7));
      const set = (on: boolean) => {
        for (const dea of silent) dea.silentUntilMs = on ? Infinity : 0;
      };
      during(world, { ms: random.between(20_000, 60_000), set });
    },
  },
];

function onSomeDea(
  fault: (dea: SimulatedDea, world: World, random: SeededRandom) => void,
): FaultKind["inject"] {
  return (world, random) => {
    const dea = random.pick(world.deas.alive);
    if (dea !== undefined) fault(dea, world, random);
  };
}
