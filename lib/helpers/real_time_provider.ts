/**
 * The real clock. Besides `real_random.ts` the only place that asks the runtime for something it cannot
 * be replayed with, so that everything else can run on a clock a test moves by hand.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { SleepOptions, TimeProvider } from "./time_provider.ts";

/** The longest delay a timer can hold; a longer one would fire at once. */
const timerMaxMs = 2 ** 31 - 1;

/** The system's clocks and timers. */
export class RealTimeProvider implements TimeProvider {
  now(): number {
    return Math.floor(Date.now() / 1000);
  }

  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  async sleep(ms: number, options: SleepOptions = {}): Promise<void> {
    let restMs = Math.max(0, ms);
    do {
      const partMs = Math.min(restMs, timerMaxMs);
      await sleepOnce(partMs, options.signal);
      restMs -= partMs;
    } while (restMs > 0 && !options.signal?.aborted);
  }

  breathe(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake, { once: true });
  });
}
