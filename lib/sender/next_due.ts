/**
 * When the queues next need attention because time passes: a message falls due, or its keep-alive is over.
 * What is due already is left out: a pass has seen to it, or it waits for something else than time. Pure.
 *
 * @module
 */

import { isSent, type PendingMessage } from "../models/pending_message.ts";
import type { Queued } from "../models/queued.ts";

/** The first moment after `now` at which a message falls due or expires, in Unix seconds; or Infinity. */
export function nextDue(messages: Iterable<Queued<PendingMessage>>, now: number): number {
  let next = Infinity;
  for (const { message } of messages) {
    const dueOn = isSent(message) ? message.sentOn + message.keepAlive : message.sendOn;
    if (dueOn > now && dueOn < next) next = dueOn;
  }
  return next;
}
