/**
 * What the analysis of one app comes to: messages to queue, each with the reason in words, for those who
 * read the log and for `explain`.
 *
 * @module
 */

import type { CrashCount } from "../models/crash_count.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";

/** A start to queue. */
export interface StartDecision {
  /** Queued only if nothing waits under its key. */
  readonly message: PendingStartMessage;
  /**
   * The index's crash count as it is to be from now on, written in the same transaction as the start:
   * a start that is not queued counts nothing (CRA-18, CRA-19). An evacuation start carries one where it
   * took the place of a crash start (EVA-13).
   */
  readonly crashCount?: CrashCount;
  /** For operators, for example `index 2 has no instance`. */
  readonly why: string;
}

/** A stop to queue. */
export interface StopDecision {
  /** Queued only if nothing waits for the same instance. */
  readonly message: PendingStopMessage;
  /** For operators, for example `index 2 has 3 instances`. */
  readonly why: string;
}

/** All that is to be done about one app, in a fixed order: starts by index, stops by rule and index. */
export interface Verdict {
  /** At most one for an index, none for an index that has a pending start. */
  readonly starts: readonly StartDecision[];
  /** At most one for an instance, none for an instance that has a pending stop. */
  readonly stops: readonly StopDecision[];
}
