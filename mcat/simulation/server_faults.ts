/**
 * What happens to the store, to the bus and to the Cloud Controller.
 *
 * @module
 */

import { during, type FaultKind } from "./fault_kind.ts";
import type { BusWeather } from "./simulated_bus.ts";
import type { CloudControllerMood } from "./simulated_cloud_controller.ts";
import type { StoreWeather } from "./simulated_store.ts";

const MOODS: readonly CloudControllerMood[] = [
  "down",
  "refuses",
  "fails",
  "says nothing is desired",
  "talks garbage",
  "repeats its token",
  "ends early",
  "hangs in the middle",
];

/** Faults of servers. */
export const SERVER_FAULTS: readonly FaultKind[] = [
  store("store down", () => ({ down: true })),
  store("store full", () => ({ full: true })),
  store("store loses requests", () => ({ requestLoss: 0.1 })),
  store("store loses answers", () => ({ answerLoss: 0.1 })),
  store("store slow", (slow) => ({ latencyMaxMs: slow ? 2_000 : 200 })),
  { name: "compaction", inject: (world) => world.compact() },
  {
    name: "store restored from a backup",
    inject: (world, random) => world.restoreBackup(random.between(1_000, 20_000)),
  },
  {
    name: "store wiped",
    inject: (world, random) => world.wipeStore(random.between(1_000, 20_000)),
  },
  { name: "a leadership's key removed", inject: (world, random) => world.removeLock(random) },
  bus("bus down", () => ({ down: true })),
  bus("bus loses messages", () => ({ loss: 0.1 })),
  bus("bus slow and subjects out of order", () => ({ latencyMaxMs: 3_000 })),
  bus("messages arrive twice", () => ({ duplication: 0.2 })),
  {
    name: "Cloud Controller in a mood",
    inject: (world, random) => {
      const mood = random.pick(MOODS) ?? "down";
      const set = (on: boolean) => world.cloudController.mood = on ? mood : "well";
      during(world, { ms: random.between(10_000, 180_000), set });
    },
  },
];

function store(name: string, weather: (coin: boolean) => Partial<StoreWeather>): FaultKind {
  return {
    name,
    inject: (world, random) => {
      const storm = weather(random.chance(0.5));
      const calm = { down: false, full: false, requestLoss: 0, answerLoss: 0, latencyMaxMs: 5 };
      const set = (on: boolean) => {
        for (const key of Object.keys(storm) as (keyof StoreWeather)[]) {
          Object.assign(world.storeWeather, { [key]: on ? storm[key] : calm[key] });
        }
      };
      during(world, { ms: random.between(1_000, 60_000), set });
    },
  };
}

function bus(name: string, weather: () => Partial<BusWeather>): FaultKind {
  return {
    name,
    inject: (world, random) => {
      const storm = weather();
      const calm = { down: false, loss: 0, duplication: 0, latencyMaxMs: 5 };
      const set = (on: boolean) => {
        for (const key of Object.keys(storm) as (keyof BusWeather)[]) {
          Object.assign(world.nats.weather, { [key]: on ? storm[key] : calm[key] });
        }
      };
      during(world, { ms: random.between(1_000, 90_000), set });
    },
  };
}
