/**
 * Lets apps take turns: the first start of every app, then the second of every app, and so on, so that one
 * app with thousands of lost instances does not keep the others waiting. Evacuations still go first. Pure.
 *
 * @module
 */

import { appKey } from "../models/app_key.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";
import type { Queued } from "../models/queued.ts";
import { isUrgent } from "./sending_order.ts";

/** The same starts, app by app in turn; within a turn, and within an app, in the order given. */
export function takeTurns(
  starts: readonly Queued<PendingStartMessage>[],
): Queued<PendingStartMessage>[] {
  const turns = new Map<string, number>();
  const placed = starts.map((queued) => {
    if (isUrgent(queued.message)) return { queued, turn: -1 };
    const key = appKey(queued.message);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return { queued, turn };
  });
  return placed.sort((a, b) => a.turn - b.turn).map(({ queued }) => queued);
}
