/**
 * One run of the simulation: a while with faults, in which nothing bad may ever happen (safety), then a
 * while without, in which the platform must become whole and quiet (liveness, I18 and I19).
 *
 * @module
 */

import { drawFaultKinds } from "./faults.ts";
import type { FaultKind } from "./fault_kind.ts";
import type { Violation } from "./accusations.ts";
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
  /** Names of kinds of faults that are left out. @default none */
  readonly without?: readonly string[];
  /** Which of the faults happen, by their number from 0; none come after them. @default all */
  readonly only?: { readonly from: number; readonly until: number };
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
  /** A digest of everything that was stored and sent. */
  readonly history: string;
  /** It had to be ended, for its clock did not move any more. @default {false} */
  readonly standsStill?: true;
}

/** Runs a world from its beginning to its end. The same options give the same result. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const random = new SeededRandom(options.seed);
  const clock = new VirtualClock();
  const world = new World(clock, random.fork("world"));
  world.begin(options);
  await clock.run(WARM_UP_MS);
  const schedule = planFaults(random.fork("faults"), options);
  const faults = await injectFaults(world, { schedule, options });
  await heal(world);
  const { judge: { starts, stops }, accusations: { violations } } = world;
  const history = world.history.digest;
  return {
    seed: options.seed,
    simulatedMs: clock.nowMs,
    faults,
    starts,
    stops,
    violations,
    history,
  };
}

/** A fault at its time. Whatever it draws, it draws from a seed of its own. */
interface ScheduledFault {
  readonly kind: FaultKind;
  readonly seed: number;
  /** Milliseconds until the next one. */
  readonly pauseMs: number;
}

/** All faults of a run, drawn before it begins: leaving one out changes no other. */
function planFaults(random: SeededRandom, options: SimulationOptions): readonly ScheduledFault[] {
  const kinds = drawFaultKinds(random);
  const pauseMaxMs = random.pick([5_000, 20_000, 60_000]) ?? 20_000;
  const schedule: ScheduledFault[] = [];
  for (let atMs = 0; atMs < options.faultMinutes * MINUTE_MS;) {
    const kind = random.pick(kinds);
    if (kind === undefined) break;
    const pauseMs = random.between(1_000, pauseMaxMs);
    schedule.push({ kind, seed: Math.floor(random.fraction() * 2 ** 32), pauseMs });
    atMs += pauseMs;
  }
  return schedule;
}

async function injectFaults(
  world: World,
  { schedule, options }: {
    readonly schedule: readonly ScheduledFault[];
    readonly options: SimulationOptions;
  },
): Promise<ReadonlyMap<string, number>> {
  const { clock } = world;
  const counts = new Map<string, number>();
  const { from, until } = options.only ?? { from: 0, until: schedule.length };
  for (const [position, { kind, seed, pauseMs }] of schedule.entries()) {
    const left = options.without?.includes(kind.name) ?? false;
    if (position >= from && position < until && !left) {
      kind.inject(world, new SeededRandom(seed));
      counts.set(kind.name, (counts.get(kind.name) ?? 0) + 1);
    }
    if (position < until) await clock.run(clock.nowMs + pauseMs);
  }
  return counts;
}

async function heal(world: World): Promise<void> {
  const { clock, judge, accusations } = world;
  // Faults that end by themselves may still set something off, so it is calmed twice.
  world.calm();
  world.resumeBreakers();
  await clock.run(clock.nowMs + 3 * MINUTE_MS);
  world.calm();
  const deadlineMs = clock.nowMs + HEALING_MAX_MS;
  while (!world.isWhole() && clock.nowMs < deadlineMs) await clock.run(clock.nowMs + STEP_MS);
  if (!world.isWhole()) {
    const broken = world.whatIsBroken();
    return accusations.accuse("I18", `the platform did not become whole: ${broken}`);
  }
  await clock.run(clock.nowMs + SETTLING_MS);
  const [starts, stops] = [judge.starts, judge.stops];
  await clock.run(clock.nowMs + QUIET_MS);
  if (!world.isWhole()) accusations.accuse("I18", "the platform did not stay whole");
  if (judge.starts > starts || judge.stops > stops) {
    accusations.accuse("I19", "something was sent though everything is as desired");
  }
  world.requireAnswers(QUIET_MS);
}
