/**
 * In which order due messages are sent: it decides who waits when there are more starts than one pass
 * may send (PEN-12, REG-27).
 *
 * @module
 */

import { type PendingStartMessage, startKey } from "../models/pending_start_message.ts";
import { type PendingStopMessage, stopKey } from "../models/pending_stop_message.ts";

/** A fraction of an app can be missing at most; what is above it is not such a fraction. */
const ORDINARY_PRIORITY_MAX = 1;

/**
 * Orders starts: evacuations first, then whoever is due the longest, then whoever has more of the app
 * missing. The key decides what is left, so that two runs do the same.
 */
export function compareStarts(a: PendingStartMessage, b: PendingStartMessage): number {
  return Number(isUrgent(b)) - Number(isUrgent(a)) ||
    a.sendOn - b.sendOn ||
    b.priority - a.priority ||
    compareText(startKey(a), startKey(b));
}

/** Orders stops: whoever is due the longest first, then by key. */
export function compareStops(a: PendingStopMessage, b: PendingStopMessage): number {
  return a.sendOn - b.sendOn || compareText(stopKey(a), stopKey(b));
}

/** Whether the start must not wait behind others: an instance is on its way out. */
export function isUrgent(message: PendingStartMessage): boolean {
  return message.priority > ORDINARY_PRIORITY_MAX;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
