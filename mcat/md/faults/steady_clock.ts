/**
 * The clock that the fault suite judges by: it stands still while this process does. A machine that is
 * frozen, or too busy to run the judge, is no fault of the components', and costs them no patience.
 *
 * @module
 */

import type { TimeProvider } from "../../../lib/helpers/time_provider.ts";

const TICK_MS = 100;
/** What a tick counts for at most: one that comes later was not awaited by a machine that runs. */
const TICK_MAX_MS = 300;

/** Milliseconds in which this process ran. */
export class SteadyClock {
  readonly #time: TimeProvider;
  readonly #ticks = new Set<() => void>();
  #nowMs = 0;

  constructor(time: TimeProvider) {
    this.#time = time;
  }

  /** Since the clock was started. */
  nowMs(): number {
    return this.#nowMs;
  }

  /** Resolves at that moment, or when `signal` is aborted. */
  until(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#nowMs < ms && !signal.aborted) return;
        this.#ticks.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#ticks.add(look);
      signal.addEventListener("abort", look, { once: true });
      look();
    });
  }

  /** Calls `work` every so often, one call after the other, until `signal` is aborted. */
  async every(
    ms: number,
    { work, signal }: { readonly work: () => void | Promise<void>; readonly signal: AbortSignal },
  ): Promise<void> {
    while (!signal.aborted) {
      const nextMs = this.#nowMs + ms;
      await work();
      await this.until(nextMs, signal);
    }
  }

  /** Goes until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    let lastMs = this.#time.monotonicMs();
    while (!signal.aborted) {
      await this.#time.sleep(TICK_MS, { signal });
      const nowMs = this.#time.monotonicMs();
      this.#nowMs += Math.min(nowMs - lastMs, TICK_MAX_MS);
      lastMs = nowMs;
      this.#ticks.forEach((look) => look());
    }
    this.#ticks.forEach((look) => look());
  }
}
