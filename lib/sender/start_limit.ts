/**
 * How many starts may be sent now. A sender that works whenever something falls due must not send more of
 * them than one that polls: the limit of a pass is that of a polling interval, whatever passes it is
 * spread over (SND-18, SND-22). Pure; times are monotonic milliseconds.
 *
 * @module
 */

import type { PendingStartMessage } from "../models/pending_start_message.ts";
import { RollingCount } from "./rolling_count.ts";

/** What has become of a start that was sent: its index is served, or need not be any more, or neither. */
export type StartOutcome = "served" | "moot" | "waiting";

/** Limits starts. */
export interface StartLimit {
  /** Whether starts of many apps take turns, rather than the longest due going first. */
  readonly takesTurns: boolean;
  /** What is seen of the starts that were sent, before a pass. */
  observe(outcomeOf: (start: PendingStartMessage) => StartOutcome, nowMs: number): void;
  /** How many starts may be sent. */
  room(nowMs: number): number;
  /** A start is sent. */
  sent(start: PendingStartMessage, nowMs: number): void;
  /** How many starts had to wait in a pass. */
  throttled(starts: number): void;
  /** When there will be room again, should nothing else make some. */
  nextRoomAtMs(): number;
}

/** So many starts in any stretch of time as long as the polling interval. */
export class RollingLimit implements StartLimit {
  readonly takesTurns = false;
  readonly #limit: number;
  readonly #sent: RollingCount;

  constructor(options: { readonly limit: number; readonly intervalMs: number }) {
    this.#limit = options.limit;
    this.#sent = new RollingCount(options.intervalMs);
  }

  observe(): void {}

  room(nowMs: number): number {
    return Math.max(0, this.#limit - this.#sent.at(nowMs));
  }

  sent(_start: PendingStartMessage, nowMs: number): void {
    this.#sent.add(nowMs);
  }

  throttled(): void {}

  nextRoomAtMs(): number {
    return this.#sent.oldestOverAtMs;
  }
}
