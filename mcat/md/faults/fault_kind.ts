/**
 * What a kind of fault of the suite is: it is injected, lasts for as long as the schedule says, and is
 * mended.
 *
 * @module
 */

import type { SeededRandom } from "../../simulation/seeded_random.ts";
import type { FaultWorld } from "./fault_world.ts";
import type { SchedulableKind } from "./schedule.ts";
import type { SteadyClock } from "./steady_clock.ts";

/** What a fault works on. */
export interface FaultContext {
  readonly world: FaultWorld;
  /** The fault's own. */
  readonly random: SeededRandom;
  /** The judge's. */
  readonly clock: SteadyClock;
  /** The store is another one from now on: what was true of it may be not. */
  readonly storeReplaced: () => void;
}

/** A fault under way. */
export interface InjectedFault {
  /** What it was done to, for people. */
  readonly what: string;
  /** Ends it. @default it has ended by itself */
  readonly mend?: () => void | Promise<void>;
}

/** A way to break something. */
export interface FaultKind extends SchedulableKind {
  readonly inject: (context: FaultContext) => InjectedFault | Promise<InjectedFault>;
}

/** One of these; there must be some. */
export function pickOne<T>(random: SeededRandom, values: readonly T[]): T {
  const value = random.pick(values);
  if (value === undefined) throw new Error("Cannot inject the fault: there is nothing to break");
  return value;
}
