/**
 * The only clock. Everything that asks what time it is, or waits, is handed one of these; the real one
 * is in `real_time_provider.ts`, the one that tests move by hand in `test_helpers`.
 *
 * Two clocks in one: wall time says *when* (it can jump), monotonic time says *how long* (it cannot).
 *
 * @module
 */

/** What time it is, and a way to wait. */
export interface TimeProvider {
  /** Whether wall time is set by hand: where it goes then is meant. @default {false} */
  readonly isPinned?: boolean;
  /** Wall time in whole Unix seconds, rounded down. Pinned when `HM9000_FAKE_TIME` is set. */
  now(): number;
  /** Wall time in Unix milliseconds. Pinned when `HM9000_FAKE_TIME` is set. */
  nowMs(): number;
  /** Milliseconds that never go back; only differences mean anything. */
  monotonicMs(): number;
  /**
   * Resolves after `ms` milliseconds, or at once when `signal` is or becomes aborted: it never rejects,
   * so that a loop that sleeps looks at its signal in one place.
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>;
  /**
   * Resolves in another turn of the event loop: whatever is ready goes first. Long work on one thread must
   * let others have their turn, for a leader that reckons for seconds cannot keep its lease alive.
   */
  breathe(): Promise<void>;
}

/** Options of {@linkcode TimeProvider.sleep}. */
export interface SleepOptions {
  /** Ends the sleep early. */
  readonly signal?: AbortSignal | undefined;
}
