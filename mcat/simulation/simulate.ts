/**
 * One run of the simulation: a while with faults, in which nothing bad may ever happen (safety), then a
 * while without, in which the platform must become whole and quiet (liveness, I18 and I19).
 *
 * @module
 */

import { drawFaultKinds } from "./faults.ts";
import type { Violation } from "./judge.ts";
import { SeededRandom } from "./seeded_random.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { World, type WorldSize } from "./world.ts";

const MINUTE_MS = 60_000;
/** Nothing breaks before everything has been seen once. */
const WARM_UP_MS = 2 * MINUTE_MS;
/** After the last fault the platform is whole within this. */
const HEALING_MAX_MS = 15 * MINUTE_MS;
/** Once whole, what has been queued may still be sorted out for so long … */
const SETTLING_MS = 5 * MINUTE_MS;
/** … and then nothing is said for so long. */
const QUIET_MS = 5 * MINUTE_MS;
/** How often it is looked whether the platform is whole. */
const STEP_MS = 5_000;

/** What to simulate. */
export interface SimulationOptions extends WorldSize {
  readonly seed: number;
  /** How long faults go on, in minutes. */
  readonly faultMinutes: number;
}

/** What came of it. */
export interface SimulationResult {
  readonly seed: number;
  readonly simulatedMs: number;
  /** How often each kind of fault was injected. */
  readonly faults: ReadonlyMap<string, number>;
  readonly starts: number;
  readonly stops: number;
  readonly violations: readonly Violation[];
}

/** Runs a world from its beginning to its end. The same options give the same result. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const random = new SeededRandom(options.seed);
  const clock = new VirtualClock();
  const world = new World(clock, random.fork("world"));
  world.begin(options);
  await clock.run(WARM_UP_MS);
  const faults = await injectFaults(world, {
    random: random.fork("faults"),
    untilMs: WARM_UP_MS + options.faultMinutes * MINUTE_MS,
  });
  await heal(world);
  const { starts, stops, violations } = world.judge;
  return { seed: options.seed, simulatedMs: clock.nowMs, faults, starts, stops, violations };
}

async function injectFaults(
  world: World,
  { random, untilMs }: { readonly random: SeededRandom; readonly untilMs: number },
): Promise<ReadonlyMap<string, number>> {
  const { clock } = world;
  const kinds = drawFaultKinds(random);
  const pauseMaxMs = random.pick([5_000, 20_000, 60_000]) ?? 20_000;
  const counts = new Map<string, number>();
  while (clock.nowMs < untilMs) {
    const kind = random.pick(kinds);
    if (kind === undefined) break;
    kind.inject(world, random);
    counts.set(kind.name, (counts.get(kind.name) ?? 0) + 1);
    await clock.run(clock.nowMs + random.between(1_000, pauseMaxMs));
  }
  return counts;
}

async function heal(world: World): Promise<void> {
  const { clock, judge } = world;
  // Faults that end by themselves may still set something off, so it is calmed twice.
  world.calm();
  await clock.run(clock.nowMs + 3 * MINUTE_MS);
  world.calm();
  const deadlineMs = clock.nowMs + HEALING_MAX_MS;
  while (!world.isWhole() && clock.nowMs < deadlineMs) await clock.run(clock.nowMs + STEP_MS);
  if (!world.isWhole()) return judge.accuse("I18", "the platform did not become whole");
  await clock.run(clock.nowMs + SETTLING_MS);
  const [starts, stops] = [judge.starts, judge.stops];
  await clock.run(clock.nowMs + QUIET_MS);
  if (!world.isWhole()) judge.accuse("I18", "the platform did not stay whole");
  if (judge.starts > starts || judge.stops > stops) {
    judge.accuse("I19", "something was sent though everything is as desired");
  }
}
