/**
 * Watches the wall clock by the monotonic one: whether what it says now goes on from what it said before.
 * A clock that has just jumped is no measure of others' clocks, and not of what is due or over (F16, I13):
 * for a minute it is what it was before, and an hour does not pass in a moment. But nobody can tell a jump away
 * from the right time from the jump back: a process that began while its machine was an hour ahead must not
 * mistrust the right time for as long as it lives. So what the clock has said for a while without another
 * jump is believed, as it would be by a process that begins then.
 *
 * @module
 */

import type { Logger } from "./logger.ts";
import type { SleepOptions, TimeProvider } from "./time_provider.ts";

/** What clocks that are kept by each other may drift apart, and be corrected by. */
const DRIFT_MAX_MS = 60_000;
/** A clock that goes on steadily for so long after a jump is believed again. */
const BELIEVED_AFTER_MS = 300_000;
/**
 * For so long a jump is not followed: what was claimed before it is over by then in truth, too. For ever it
 * cannot be ignored, for it may lead back to the right time.
 */
const HELD_MS = 60_000;

/** What a {@linkcode WallClockWatch} is handed. */
export interface WallClockWatchDeps {
  readonly time: TimeProvider;
  readonly log: Logger;
}

/** Notices jumps of the wall clock; a time provider for whoever is not to follow them at once. */
export class WallClockWatch implements TimeProvider {
  readonly #deps: WallClockWatchDeps;
  /** What the wall clock is ahead of the monotonic one, as long as it is believed. */
  #offsetMs: number;
  /** What it was ahead when it was last looked at and went on steadily. */
  #followedOffsetMs: number;
  #jump: { readonly offsetMs: number; readonly atMs: number } | undefined;

  /** Believes the wall clock as it is now. */
  constructor(deps: WallClockWatchDeps) {
    this.#deps = deps;
    this.#offsetMs = this.#currentOffsetMs();
    this.#followedOffsetMs = this.#offsetMs;
  }

  /** Whether the wall clock goes on as it did; when it does not any more, and when it does again, is said. */
  isSteady(): boolean {
    const { time, log } = this.#deps;
    const offsetMs = this.#currentOffsetMs();
    const offMs = Math.round(offsetMs - this.#offsetMs);
    if (Math.abs(offMs) <= DRIFT_MAX_MS) {
      if (this.#jump !== undefined) log.info("The wall clock is back", { offMs });
      this.#jump = undefined;
      this.#followedOffsetMs = offsetMs;
      return true;
    }
    const atMs = time.monotonicMs();
    if (Math.abs(offsetMs - (this.#jump?.offsetMs ?? Infinity)) > DRIFT_MAX_MS) {
      log.warn("The wall clock has jumped", { offMs });
      this.#jump = { offsetMs, atMs };
    }
    if (atMs - (this.#jump?.atMs ?? atMs) < BELIEVED_AFTER_MS) return false;
    log.info("The wall clock is believed again", { offMs });
    this.#offsetMs = offsetMs;
    this.#followedOffsetMs = offsetMs;
    this.#jump = undefined;
    return true;
  }

  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** The wall clock, or for a minute after a jump what it would be without. */
  nowMs(): number {
    const { time } = this.#deps;
    if (time.isPinned || this.isSteady()) return time.nowMs();
    const monotonicMs = time.monotonicMs();
    const isHeld = monotonicMs - (this.#jump?.atMs ?? -Infinity) < HELD_MS;
    return isHeld ? monotonicMs + this.#followedOffsetMs : time.nowMs();
  }

  monotonicMs(): number {
    return this.#deps.time.monotonicMs();
  }

  sleep(ms: number, options?: SleepOptions): Promise<void> {
    return this.#deps.time.sleep(ms, options);
  }

  breathe(): Promise<void> {
    return this.#deps.time.breathe();
  }

  #currentOffsetMs(): number {
    const { time } = this.#deps;
    return time.nowMs() - time.monotonicMs();
  }
}
