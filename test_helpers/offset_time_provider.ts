/**
 * A `TimeProvider` whose sleeps are real and whose clocks can be moved, for what waits for more than
 * timers: files, other processes.
 *
 * @module
 */

import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";
import type { SleepOptions, TimeProvider } from "../lib/helpers/time_provider.ts";

/** The real clock, moved. */
export class OffsetTimeProvider implements TimeProvider {
  readonly #real = new RealTimeProvider();
  #wallMs = 0;
  #monotonicMs = 0;
  #stoppedAtMs: number | undefined;

  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  nowMs(): number {
    return (this.#stoppedAtMs ?? this.#real.nowMs()) + this.#wallMs;
  }

  monotonicMs(): number {
    return this.#real.monotonicMs() + this.#monotonicMs;
  }

  sleep(ms: number, options: SleepOptions = {}): Promise<void> {
    return this.#real.sleep(ms, options);
  }

  breathe(): Promise<void> {
    return this.#real.breathe();
  }

  /** Moves both clocks on; sleeps that are under way last as long as before. */
  advance(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  /** Moves the wall clock alone, forward or back, as an operator or NTP would. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  /** Moves the monotonic clock alone: time goes by, and the wall clock does not notice. */
  advanceMonotonic(ms: number): void {
    this.#monotonicMs += ms;
  }

  /** Stops the wall clock; it can still be moved. */
  stopWallClock(): void {
    this.#stoppedAtMs = this.#real.nowMs();
  }
}
