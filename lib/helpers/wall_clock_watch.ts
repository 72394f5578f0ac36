/**
 * Watches the wall clock by the monotonic one: whether what it says now goes on from what it said at first.
 * A clock that has jumped is no measure of others' clocks (F16, I13).
 *
 * @module
 */

import type { Logger } from "./logger.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What clocks that are kept by each other may drift apart, and be corrected by. */
const DRIFT_MAX_MS = 60_000;

/** What a {@linkcode WallClockWatch} is handed. */
export interface WallClockWatchDeps {
  readonly time: TimeProvider;
  readonly log: Logger;
}

/** Notices jumps of the wall clock. */
export class WallClockWatch {
  readonly #deps: WallClockWatchDeps;
  readonly #offsetMs: number;
  #jumped = false;

  /** Believes the wall clock as it is now. */
  constructor(deps: WallClockWatchDeps) {
    this.#deps = deps;
    this.#offsetMs = this.#currentOffsetMs();
  }

  /** Whether the wall clock goes on as it did; when it does not any more, and when it does again, is said. */
  isSteady(): boolean {
    const offMs = Math.round(this.#currentOffsetMs() - this.#offsetMs);
    const jumped = Math.abs(offMs) > DRIFT_MAX_MS;
    if (jumped && !this.#jumped) this.#deps.log.warn("The wall clock has jumped", { offMs });
    if (!jumped && this.#jumped) this.#deps.log.info("The wall clock is back", { offMs });
    this.#jumped = jumped;
    return !jumped;
  }

  #currentOffsetMs(): number {
    const { time } = this.#deps;
    return time.nowMs() - time.monotonicMs();
  }
}
