/**
 * What can go wrong, as values. Each run draws its own mix: some kinds are left out altogether, for a
 * fault that is always there hides what only happens without it.
 *
 * @module
 */

import type { CloudControllerMood } from "./simulated_cloud_controller.ts";
import type { SeededRandom } from "./seeded_random.ts";
import type { World } from "./world.ts";

/** One kind of fault. It heals by itself, or by what {@linkcode World.calm} does. */
export interface FaultKind {
  readonly name: string;
  readonly inject: (world: World, random: SeededRandom) => void;
}

const MOODS: readonly CloudControllerMood[] = [
  "down",
  "refuses",
  "fails",
  "says nothing is desired",
  "talks garbage",
  "repeats its token",
];

/** Every kind of fault. */
export const FAULT_KINDS: readonly FaultKind[] = [
  { name: "kill a process", inject: (world, random) => random.pick(world.processes)?.kill() },
  {
    name: "pause a process",
    inject: (world, random) =>
      random.pick(world.processes)?.pause(random.pick([1_000, 8_000, 12_000, 45_000]) ?? 0),
  },
  {
    name: "cut a process off the store",
    inject: (world, random) => cutOff(world, random, "store"),
  },
  { name: "cut a process off the bus", inject: (world, random) => cutOff(world, random, "bus") },
  {
    name: "store down",
    inject: (world, random) =>
      during(world, random.between(1_000, 60_000), (on) => world.storeWeather.down = on),
  },
  {
    name: "store full",
    inject: (world, random) =>
      during(world, random.between(5_000, 60_000), (on) => world.storeWeather.full = on),
  },
  {
    name: "store loses requests",
    inject: (world, random) => {
      const set = (on: boolean) => world.storeWeather.requestLoss = on ? 0.1 : 0;
      during(world, random.between(5_000, 60_000), set);
    },
  },
  {
    name: "store loses answers",
    inject: (world, random) => {
      const set = (on: boolean) => world.storeWeather.answerLoss = on ? 0.1 : 0;
      during(world, random.between(5_000, 60_000), set);
    },
  },
  {
    name: "store slow",
    inject: (world, random) => {
      const slowMs = random.pick([200, 2_000]) ?? 200;
      const set = (on: boolean) => world.storeWeather.latencyMaxMs = on ? slowMs : 5;
      during(world, random.between(5_000, 60_000), set);
    },
  },
  { name: "compaction", inject: (world) => world.compact() },
  {
    name: "bus down",
    inject: (world, random) =>
      during(world, random.between(1_000, 90_000), (on) => world.nats.weather.down = on),
  },
  {
    name: "bus loses messages",
    inject: (world, random) => {
      const set = (on: boolean) => world.nats.weather.loss = on ? 0.1 : 0;
      during(world, random.between(5_000, 60_000), set);
    },
  },
  {
    name: "bus slow",
    inject: (world, random) => {
      const set = (on: boolean) => world.nats.weather.latencyMaxMs = on ? 3_000 : 5;
      during(world, random.between(5_000, 60_000), set);
    },
  },
  {
    name: "heartbeats arrive twice",
    inject: (world, random) => {
      const set = (on: boolean) => world.nats.weather.duplication = on ? 0.2 : 0;
      during(world, random.between(5_000, 60_000), set);
    },
  },
  {
    name: "Cloud Controller in a mood",
    inject: (world, random) => {
      const mood = random.pick(MOODS) ?? "down";
      during(
        world,
        random.between(10_000, 180_000),
        (on) => world.cloudController.mood = on ? mood : "well",
      );
    },
  },
  {
    name: "a DEA dies, another comes",
    inject: (world, random) => {
      const dea = random.pick(world.deas.alive);
      if (dea === undefined) return;
      world.deas.kill(dea);
      world.clock.after(random.between(1_000, 60_000), () => world.deas.add());
    },
  },
  {
    name: "a DEA evacuates, another comes",
    inject: (world, random) => {
      const dea = random.pick(world.deas.alive.filter(({ model }) => !model.isEvacuating));
      if (dea === undefined) return;
      world.deas.add();
      world.deas.evacuate(dea);
    },
  },
  {
    name: "a DEA is silent",
    inject: (world, random) => {
      const dea = random.pick(world.deas.alive);
      if (dea !== undefined) dea.silentUntilMs = world.clock.nowMs + random.between(5_000, 60_000);
    },
  },
  {
    name: "a DEA is deaf",
    inject: (world, random) => {
      const dea = random.pick(world.deas.alive);
      if (dea !== undefined) dea.deafUntilMs = world.clock.nowMs + random.between(5_000, 90_000);
    },
  },
  {
    name: "a DEA is slow",
    inject: (world, random) => {
      const dea = random.pick(world.deas.alive);
      if (dea === undefined) return;
      dea.slownessMs = random.between(1_000, 40_000);
      world.clock.after(random.between(30_000, 120_000), () => dea.slownessMs = 0);
    },
  },
  {
    name: "an instance crashes",
    inject: (world, random) => {
      const running = world.deas.instances.filter(({ state }) => state === "RUNNING");
      const instance = random.pick(running);
      if (instance !== undefined) world.deas.crash(instance);
    },
  },
  { name: "an app is scaled", inject: (world, random) => world.scaleSomething(random) },
  { name: "an app is pushed", inject: (world, random) => world.push(random) },
  { name: "an app is deleted", inject: (world, random) => world.deleteSomething(random) },
];

/** The kinds of one run: each is in with even chances, and one at least. */
export function drawFaultKinds(random: SeededRandom): readonly FaultKind[] {
  const drawn = FAULT_KINDS.filter(() => random.chance(0.5));
  return drawn.length > 0 ? drawn : FAULT_KINDS.slice(0, 1);
}

function cutOff(world: World, random: SeededRandom, from: "store" | "bus"): void {
  const process = random.pick(world.processes);
  if (process === undefined) return;
  during(world, random.between(1_000, 60_000), (on) => process.cutOff[from] = on);
}

function during(world: World, ms: number, set: (on: boolean) => void): void {
  set(true);
  world.clock.after(ms, () => set(false));
}
