/**
 * How many starts a pass may send when passes come whenever something falls due: together no more than
 * the limit in any polling interval, as if they were one pass (SND-18, SND-22). Pure.
 *
 * @module
 */

/** What the allowance is. */
export interface StartAllowanceOptions {
  /** Starts in an interval. */
  readonly limit: number;
  /** The interval, in milliseconds. */
  readonly intervalMs: number;
}

/** Counts starts by interval. */
export class StartAllowance {
  readonly #options: StartAllowanceOptions;
  #startedAtMs = -Infinity;
  #used = 0;

  constructor(options: StartAllowanceOptions) {
    this.#options = options;
  }

  /** How many starts may still be sent at this moment, in monotonic milliseconds. */
  left(nowMs: number): number {
    if (nowMs - this.#startedAtMs >= this.#options.intervalMs) {
      this.#startedAtMs = nowMs;
      this.#used = 0;
    }
    return Math.max(0, this.#options.limit - this.#used);
  }

  /** Takes note of starts that were sent. */
  use(starts: number): void {
    this.#used += starts;
  }
}
