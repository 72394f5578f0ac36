/**
 * The time of a scenario: wall time stands where the scenario put it, while sleeping and monotonic time
 * stay real. It is the very clock that `HM9000_FAKE_TIME` gives a component, so what runs here in one
 * process runs alike in its own (CLI-07).
 *
 * @module
 */

import { createTimeProvider } from "../../lib/helpers/pinned_time_provider.ts";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";

/** When scenarios begin, in Unix seconds (behaviour.md 23). */
const BEGINS_AT = 100;

/** A clock that only the scenario moves. */
export class ScenarioClock {
  /** What components are handed. */
  readonly time: TimeProvider;
  #now = BEGINS_AT;

  constructor() {
    const readTextFileSync = () => String(this.#now);
    this.time = createTimeProvider({ fakeTime: "@scenario", readTextFileSync });
  }

  /** Unix seconds. */
  get now(): number {
    return this.#now;
  }

  /** Moves on. */
  advance(seconds: number): void {
    this.#now += seconds;
  }
}
