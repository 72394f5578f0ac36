/**
 * What happens to processes, to their connections and to their machines' clocks.
 *
 * @module
 */

import { during, type FaultKind } from "./fault_kind.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { CutOff } from "./simulated_process.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A server cuts off who takes nothing in for so long … */
const SLOW_CONSUMER_MS = 15_000;
/** … and who was cut off is back after so long. */
const RECONNECTED_MS = 2_000;

/** Faults of processes. */
export const PROCESS_FAULTS: readonly FaultKind[] = [
  { name: "kill a process", inject: (world, random) => random.pick(world.processes)?.kill() },
  { name: "terminate a process", inject: (world, random) => world.terminateSomething(random) },
  {
    name: "kill a process right before or after a write",
    inject: (world, random) => {
      const process = random.pick(world.processes);
      if (process !== undefined) process.diesAtWrite = random.pick(["before", "after"] as const);
    },
  },
  {
    name: "pause a process",
    inject: (world, random) =>
      random.pick(world.processes)?.pause(random.pick([1_000, 8_000, 12_000, 45_000]) ?? 0),
  },
  cut("a process off the store", ["toStore", "fromStore"]),
  cut("a process's requests to the store", ["toStore"]),
  cut("a process off the store's answers", ["fromStore"]),
  cut("a process off the bus", ["toBus", "fromBus"]),
  cut("what a process says on the bus", ["toBus"]),
  cut("a process off what is said on the bus", ["fromBus"]),
  {
    name: "a slow consumer is cut off the bus",
    inject: (world, random) => {
      const process = random.pick(world.processes);
      if (process === undefined) return;
      process.pause(SLOW_CONSUMER_MS);
      const set = (on: boolean) => Object.assign(process.cutOff, { toBus: on, fromBus: on });
      during(world, { ms: SLOW_CONSUMER_MS + RECONNECTED_MS, set });
    },
  },
  {
    name: "a machine's clock is off",
    inject: (world, random) => skew(world, random, random.between(-MINUTE_MS, MINUTE_MS)),
  },
  {
    name: "a machine's clock jumps an hour and back",
    inject: (world, random) => skew(world, random, random.pick([-HOUR_MS, HOUR_MS]) ?? 0),
  },
];

function cut(what: string, ways: readonly (keyof CutOff)[]): FaultKind {
  return {
    name: `cut ${what}`,
    inject: (world, random) => {
      const process = random.pick(world.processes);
      if (process === undefined) return;
      const set = (on: boolean) => {
        for (const way of ways) process.cutOff[way] = on;
      };
      during(world, { ms: random.between(1_000, 60_000), set });
    },
  };
}

function skew(world: World, random: SeededRandom, byMs: number): void {
  const node = random.pick(world.nodes);
  if (node === undefined) return;
  const set = (on: boolean) => node.skewMs = on ? byMs : 0;
  during(world, { ms: random.between(10_000, 300_000), set });
}
