/**
 * How messages stand in the queue: starts under `/start/{app},{version},{index}`, stops under
 * `/stop/{instance}`, as JSON and without a lease (PEN-03 to PEN-06, HAZ-16). Pure.
 *
 * @module
 */

import { ParseError } from "../models/parse_error.ts";
import {
  parsePendingStart,
  type PendingStartMessage,
  pendingStartToWire,
  startKey,
} from "../models/pending_start_message.ts";
import {
  parsePendingStop,
  type PendingStopMessage,
  pendingStopToWire,
  stopKey,
} from "../models/pending_stop_message.ts";
import type { Queued } from "../models/queued.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Entry, Mutation } from "../store/store.ts";

/** Either kind of message. */
export type PendingMessageOfAnyKind = PendingStartMessage | PendingStopMessage;

/** Whether the message is a start; otherwise it is a stop. */
export function isStart(message: PendingMessageOfAnyKind): message is PendingStartMessage {
  return "instanceIndex" in message;
}

/** The store key of a message. */
export function queueKey(layout: StoreLayout, message: PendingMessageOfAnyKind): string {
  return isStart(message)
    ? `${layout.startPrefix}${startKey(message)}`
    : `${layout.stopPrefix}${stopKey(message)}`;
}

/** Stores a message as it is; no lease is attached (PEN-05, PEN-06). */
export function putMessage(layout: StoreLayout, message: PendingMessageOfAnyKind): Mutation {
  const wire = isStart(message) ? pendingStartToWire(message) : pendingStopToWire(message);
  return { kind: "put", key: queueKey(layout, message), value: JSON.stringify(wire) };
}

/**
 * Reads a record of the queue of starts.
 *
 * @throws {ParseError} when it is not a start, or not the one its key names
 */
export function readQueuedStart(layout: StoreLayout, entry: Entry): Queued<PendingStartMessage> {
  return queued(layout, { entry, message: parsePendingStart(entry.value) });
}

/**
 * Reads a record of the queue of stops.
 *
 * @throws {ParseError} when it is not a stop, or not the one its key names
 */
export function readQueuedStop(layout: StoreLayout, entry: Entry): Queued<PendingStopMessage> {
  return queued(layout, { entry, message: parsePendingStop(entry.value) });
}

/** A record under another message's key could never be claimed or removed. */
function queued<T extends PendingMessageOfAnyKind>(
  layout: StoreLayout,
  record: { readonly entry: Entry; readonly message: T },
): Queued<T> {
  const { entry, message } = record;
  if (queueKey(layout, message) === entry.key) return { message, revision: entry.modRevision };
  throw new ParseError("pending message", "", `its key "${entry.key}" names another message`);
}
