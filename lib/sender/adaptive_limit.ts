/**
 * A limit of starts that follows what the platform can take, so that ten thousand lost instances are back
 * in minutes: as many may be under way as the window holds, and the window grows with every start that is
 * seen to start or run, twice as wide with every round at first (slow start). Starts that are not seen in
 * time halve it: whoever should start them has enough to do. When nothing waits any more it begins anew.
 *
 * What is under way is known to this process alone: after a restart it begins with the small window.
 * Pure; times are monotonic milliseconds.
 *
 * @module
 */

import { type PendingStartMessage, startKey } from "../models/pending_start_message.ts";
import type { StartLimit, StartOutcome } from "./start_limit.ts";

/** Options of {@linkcode AdaptiveLimit}. */
export interface AdaptiveLimitOptions {
  /** The window to begin with, and the smallest there is. */
  readonly initial: number;
  /** The widest window there is. */
  readonly max: number;
  /** How long a start may take to be seen. */
  readonly timeoutMs: number;
}

/** A window of starts that are under way. */
export class AdaptiveLimit implements StartLimit {
  readonly takesTurns = true;
  readonly #options: AdaptiveLimitOptions;
  readonly #inFlight = new Map<
    string,
    { readonly start: PendingStartMessage; readonly sentAtMs: number }
  >();
  #window: number;
  /** Whether starts had to wait for room in the last pass: only then is a wider window of use. */
  #pressed = false;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = options;
    this.#window = options.initial;
  }

  /** How many may be under way. */
  get window(): number {
    return this.#window;
  }

  /** How many are. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  observe(outcomeOf: (start: PendingStartMessage) => StartOutcome, nowMs: number): void {
    const { initial, max, timeoutMs } = this.#options;
    let served = 0;
    let lost = 0;
    for (const [key, { start, sentAtMs }] of this.#inFlight) {
      const outcome = outcomeOf(start);
      const late = outcome === "waiting" && sentAtMs + timeoutMs <= nowMs;
      if (outcome === "waiting" && !late) continue;
      this.#inFlight.delete(key);
      if (outcome === "served") served += 1;
      if (late) lost += 1;
    }
    if (lost > 0) this.#window = Math.max(initial, Math.floor(this.#window / 2));
    else if (this.#pressed) this.#window = Math.min(Math.max(initial, max), this.#window + served);
    else if (this.#inFlight.size === 0) this.#window = initial;
  }

  room(): number {
    return Math.max(0, this.#window - this.#inFlight.size);
  }

  sent(start: PendingStartMessage, nowMs: number): void {
    this.#inFlight.set(startKey(start), { start, sentAtMs: nowMs });
  }

  throttled(starts: number): void {
    this.#pressed = starts > 0;
  }

  nextRoomAtMs(): number {
    const [oldest] = this.#inFlight.values();
    return (oldest?.sentAtMs ?? -Infinity) + this.#options.timeoutMs;
  }
}
