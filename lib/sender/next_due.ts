/**
 * When the sender has something to do next: a message falls due, or its keep-alive ends. Pure.
 *
 * @module
 */

import { isSent, type PendingMessage } from "../models/pending_message.ts";

/** Unix seconds at which the first of the messages needs the sender; undefined if none ever does. */
export function nextDue(messages: Iterable<PendingMessage>): number | undefined {
  let first: number | undefined;
  for (const message of messages) {
    const at = isSent(message) ? message.sentOn + message.keepAlive : message.sendOn;
    if (first === undefined || at < first) first = at;
  }
  return first;
}
