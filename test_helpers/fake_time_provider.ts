/**
 * A `TimeProvider` that moves only when told, and only after somebody sleeps, so that no test waits for
 * a real clock and none races with the code it tests.
 *
 * ```ts
 * const time = new FakeTimeProvider(100);
 * const loop = component.run(signal);
 * await time.waitForSleeper(); // the loop has done its work and waits for its next period
 * time.advance(10_000);        // ten seconds pass at once
 * ```
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { SleepOptions, TimeProvider } from "../lib/helpers/time_provider.ts";

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock under the test's control. */
export class FakeTimeProvider implements TimeProvider {
  #nowMs: number;
  #monotonicMs = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly #waiters = new Set<{ readonly count: number; readonly resolve: () => void }>();

  /** @param nowSeconds what time it is, in Unix seconds. @default {100} */
  constructor(nowSeconds = 100) {
    this.#nowMs = nowSeconds * 1000;
  }

  now(): number {
    return Math.floor(this.#nowMs / 1000);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  sleep(ms: number, options: SleepOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        wakeAtMs: this.#monotonicMs + Math.max(0, ms),
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener("abort", sleeper.wake);
          resolve();
        },
      };
      signal?.addEventListener("abort", sleeper.wake, { once: true });
      this.#sleepers.add(sleeper);
      this.#notifyWaiters();
    });
  }

  /** Others run in their real turn: no time goes by. */
  breathe(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** How many sleeps are under way. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** Resolves once at least `count` sleeps are under way. */
  waitForSleeper(count = 1): Promise<void> {
    if (this.#sleepers.size >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.add({ count, resolve }));
  }

  /** Moves both clocks on by `ms` milliseconds and wakes, in order, whoever is due. */
  advance(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
    const due = [...this.#sleepers].filter((sleeper) => sleeper.wakeAtMs <= this.#monotonicMs);
    due.sort((a, b) => a.wakeAtMs - b.wakeAtMs).forEach((sleeper) => sleeper.wake());
  }

  /** Makes wall time jump to `nowSeconds`, as an operator or NTP would; nobody wakes. */
  jumpTo(nowSeconds: number): void {
    this.#nowMs = nowSeconds * 1000;
  }

  #notifyWaiters(): void {
    for (const waiter of this.#waiters) {
      if (this.#sleepers.size < waiter.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
