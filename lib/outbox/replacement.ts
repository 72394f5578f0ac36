/**
 * Whether an evacuation start replaces the start that is already queued for its index. Pure.
 *
 * The evacuator's start is the better one: it is due at once and needs no verification, so it takes the
 * place of whatever waits, be it another start that is delayed or one that was sent for an earlier reason
 * (EVC-08, HAZ-05). One thing stands in its way: an evacuation start of the same index that was claimed
 * and whose keep-alive still runs. That one went out for this very evacuation, noticed earlier by the
 * analyzer or told twice by the DEA, and sending another would start the instance twice (REG-09, F26).
 * A claim that lies further ahead than a keep-alive was stamped by a clock that was wrong, who knows when: it
 * stands in nobody's way (F16).
 *
 * @module
 */

import { isExpired, isSent } from "../models/pending_message.ts";
import type { PendingStartMessage } from "../models/pending_start_message.ts";

/** Whether `replacement` takes the place of `existing`, as of when it wants to be sent. */
export function replaces(
  replacement: PendingStartMessage,
  existing: PendingStartMessage,
): boolean {
  const sentForThis = existing.reason === "EVACUATING" && isSent(existing);
  return !sentForThis || isExpired(existing, replacement.sendOn) || isAhead(existing, replacement);
}

function isAhead(
  { sentOn, keepAlive }: PendingStartMessage,
  { sendOn }: PendingStartMessage,
): boolean {
  return sentOn - sendOn > keepAlive;
}
