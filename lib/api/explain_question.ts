/**
 * What the API asks of whoever explains an app: the same that `hm9000 explain` shows. It is passed in,
 * since explaining is a room of its own.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import type { Decision } from "../models/decision.ts";
import type { Freshness } from "../store/collections/freshness.ts";
import type { Hold } from "../models/hold.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { PendingStopMessage } from "../models/pending_stop_message.ts";

/** What an explanation goes by. */
export interface ExplainQuestion {
  /** The app as it is now. */
  readonly app: App;
  /** Starts that wait for it. */
  readonly pendingStarts: readonly PendingStartMessage[];
  /** Stops that wait for it. */
  readonly pendingStops: readonly PendingStopMessage[];
  /** Unix seconds. */
  readonly now: number;
  /** Why the store must not be acted upon; undefined when it is fresh. */
  readonly staleBecause: string | undefined;
  /** What is fresh, and since when. */
  readonly freshness: Freshness;
  /** What was decided about it of late, the newest first; undefined when that is not known. */
  readonly decisions: readonly Decision[] | undefined;
  /** What is held. */
  readonly holds: readonly Hold[];
}

/** Explains an app, with wire names. */
export type ExplainApp = (question: ExplainQuestion) => Record<string, unknown>;
