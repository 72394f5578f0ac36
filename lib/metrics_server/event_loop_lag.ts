/**
 * How long work keeps waiting in this process because other work holds the only thread: the longest delay
 * of a timer since it was last asked for. The runtime's own measure does not see a thread that is held.
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";

/** Time from one look to the next, in milliseconds. */
const LOOK_MS = 500;

/** Watches the event loop. */
export class EventLoopLag {
  readonly #time: TimeProvider;
  #longestMs = 0;

  constructor(time: TimeProvider) {
    this.#time = time;
  }

  /** Looks until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedMs = this.#time.monotonicMs();
      await this.#time.sleep(LOOK_MS, { signal });
      const lateMs = this.#time.monotonicMs() - startedMs - LOOK_MS;
      this.#longestMs = Math.max(this.#longestMs, lateMs);
    }
  }

  /** The longest delay since the last call, in seconds. */
  take(): number {
    const seconds = this.#longestMs / 1000;
    this.#longestMs = 0;
    return seconds;
  }
}
