/**
 * Tries until it works: for servers that may be away when we start or go away while we run. It says so
 * when it begins, at most once a minute while it lasts, and when it is over, so that an outage of an hour
 * does not fill a disk.
 *
 * @module
 */

import { backoffDelayMs } from "./backoff.ts";
import type { Logger } from "./logger.ts";
import { LogLimiter } from "./log_limiter.ts";
import type { Random } from "./random.ts";
import type { TimeProvider } from "./time_provider.ts";

/** What is tried, and how patiently. */
export interface RetryOptions<T> {
  /** What is tried. The signal is the one that ends the trying. */
  readonly work: (signal: AbortSignal) => Promise<T>;
  /** False: the error is thrown at once. @default {every error is worth another try} */
  readonly isRetryable?: (error: unknown) => boolean;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly log: Logger;
  /** Ends the trying. */
  readonly signal: AbortSignal;
  /** What is tried, for the log: `connect to NATS`. */
  readonly describe: string;
  /** The longest first delay, in milliseconds. @default {250} */
  readonly baseMs?: number;
  /** The longest delay of all, in milliseconds. @default {10_000} */
  readonly maxMs?: number;
}

/**
 * The result of the first attempt that succeeds.
 *
 * @throws the error of the work if it is not retryable; the reason of `signal` once that is aborted.
 */
export async function retry<T>(options: RetryOptions<T>): Promise<T> {
  const { work, isRetryable = () => true, time, random, signal } = options;
  const { baseMs = 250, maxMs = 10_000 } = options;
  const said = new RetryLog(options);
  for (let failures = 1;; failures += 1) {
    signal.throwIfAborted();
    try {
      const result = await work(signal);
      said.recovered();
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!isRetryable(error)) throw error;
      said.failed(error);
    }
    await time.sleep(backoffDelayMs(failures, { baseMs, maxMs, random }), { signal });
  }
}

/** What an outage looks like in the log. */
class RetryLog {
  readonly #log: Logger;
  readonly #what: string;
  readonly #time: TimeProvider;
  readonly #limiter: LogLimiter;
  readonly #startedAtMs: number;
  #failures = 0;

  constructor(options: { log: Logger; describe: string; time: TimeProvider }) {
    this.#log = options.log;
    this.#what = options.describe;
    this.#time = options.time;
    this.#limiter = new LogLimiter({ time: options.time });
    this.#startedAtMs = options.time.monotonicMs();
  }

  failed(error: unknown): void {
    this.#failures += 1;
    if (!this.#limiter.admit(this.#what).admitted) return;
    this.#log.warn("Failed, will try again", {
      what: this.#what,
      failures: this.#failures,
      forMs: this.#elapsedMs(),
      error,
    });
  }

  recovered(): void {
    if (this.#failures === 0) return;
    this.#log.info("Succeeded after failures", {
      what: this.#what,
      failures: this.#failures,
      forMs: this.#elapsedMs(),
    });
  }

  #elapsedMs(): number {
    return Math.round(this.#time.monotonicMs() - this.#startedAtMs);
  }
}
